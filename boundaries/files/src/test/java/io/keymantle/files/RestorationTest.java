package io.keymantle.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Secrets come back by path, or the text is refused.
class RestorationTest {
  private static final SchemaFields SCHEMA = SchemaFields.read();
  private static final String S = "'" + Sentinel.TEXT + "'";

  /// Saves an edit of a file; in both, `S` is the sentinel in quotes.
  private static String save(String file, String edited) {
    return Restoration.of(RedactionTest.redacted(file), edited.replace("<S>", S), SCHEMA);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Moved within the object, beside new and changed fields, with comments and other white
        // space.
        "{ a: { token: 'Sa-11111' }, b: { token: 'Sb-22222' } } | { b: { x: 1, token: <S> }, /* new"
            + " */ a: { token: <S>, y: 2 } } | { b: { x: 1, token: 'Sb-22222' }, /* new */ a: {"
            + " token: 'Sa-11111', y: 2 } }",
        // Deleted.
        "{ a: { token: 'Sa-11111' }, b: { token: 'Sb-22222' } } | { b: { token: <S> } } | { b: {"
            + " token: 'Sb-22222' } }",
        // Replaced by typing.
        "{ a: { token: 'Sa-11111' } } | { a: { token: 'new' } } | { a: { token: 'new' } }",
        "{ a: { token: 'Sa-11111' } } | { a: { token: '${TOKEN}' } } | { a: { token: '${TOKEN}' }"
            + " }",
        // Arrays by id, in any order.
        "{ l: [{ id: 'x', token: 'Sx-11111' }, { id: 'y', token: 'Sy-22222' }] } | { l: [{ token:"
            + " <S>, id: 'y' }, { id: 'z' }, { id: 'x', n: 1, token: <S> }] } | { l: [{ token:"
            + " 'Sy-22222', id: 'y' }, { id: 'z' }, { id: 'x', n: 1, token: 'Sx-11111' }] }",
        "{ l: [{ id: 1, token: 'Sx-11111' }, { id: 2, token: 'Sy-22222' }] } | { l: [{ id: 2,"
            + " token: <S> }] } | { l: [{ id: 2, token: 'Sy-22222' }] }",
        // Arrays by index: changed in place, added to, cut at the end.
        "{ l: [{ n: 'x', token: 'Sx-11111' }, { n: 'y', token: 'Sy-22222' }] } | { l: [{ n: 'x2',"
            + " token: <S> }, { n: 'y', token: <S> }] } | { l: [{ n: 'x2', token: 'Sx-11111' }, {"
            + " n: 'y', token: 'Sy-22222' }] }",
        "{ l: [{ n: 'x', token: 'Sx-11111' }, { n: 'y', token: 'Sy-22222' }] } | { l: [{ n: 'x',"
            + " token: <S> }, { n: 'y', token: <S> }, { n: 'z' }] } | { l: [{ n: 'x', token:"
            + " 'Sx-11111' }, { n: 'y', token: 'Sy-22222' }, { n: 'z' }] }",
        "{ l: [{ n: 'x', token: 'Sx-11111' }, { n: 'y', token: 'Sy-22222' }] } | { l: [{ n: 'x',"
            + " token: <S> }] } | { l: [{ n: 'x', token: 'Sx-11111' }] }",
        "{ token: ['S0-11111', 'S1-22222'] } | { token: [<S>, 'new'] } | { token: ['S0-11111',"
            + " 'new'] }",
        // Repeated ids, unchanged.
        "{ l: [{ id: 'x', n: 1, token: 'Sx-11111' }, { id: 'x', n: 2, token: 'Sy-22222' }] } | { l:"
            + " [{ id: 'x', n: 1, token: <S> }, { id: 'x', n: 2, token: <S> }], m: 1 } | { l: [{"
            + " id: 'x', n: 1, token: 'Sx-11111' }, { id: 'x', n: 2, token: 'Sy-22222' }], m: 1 }",
        // A SecretRef's id, and one that replaces a value.
        "{ a: { token: { source: 'exec', provider: 'v', id: 'x/y' } } } | { a: { token: { id: <S>,"
            + " source: 'exec', provider: 'v' } } } | { a: { token: { id: 'x/y', source: 'exec',"
            + " provider: 'v' } } }",
        "{ a: { token: { source: 'exec', provider: 'v', id: 'x/y' } } } | { a: { token: { source:"
            + " 'env', provider: 'default', id: 'TOKEN' } } } | { a: { token: { source: 'env',"
            + " provider: 'default', id: 'TOKEN' } } }",
      })
  void edit_keepsEachSecretAtItsPath(String file, String edited, String saved) {
    assertThat(save(file, edited)).isEqualTo(saved);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ a: { token: 'Sa-11111' } } | { b: { token: <S> } } | b.token",
        "{ a: { token: 'Sa-11111' } } | { a: { token: <S>, token2: <S> } } | a.token2",
        "{ a: { token: 'Sa-11111' } } | { a: { x: { token: <S> } } } | a.x.token",
        "{ a: { token: 'Sa-11111' } } | { a: <S> } | a:",
        "{ a: { token: 'Sa-11111', port: 1 } } | { a: { port: <S> } } | a.port",
        "{ a: { token: 'Sa-11111' } } | { a: { token: 'x __OPENCLAW_REDACTED__' } } | a.token",
        "{ a: { token: 'Sa-11111' } } | { a: { token: '__OPENCLAW_REDACTED_1__' } } | a.token",
        "{ a: { token: 'Sa-11111' } } | { a: { __OPENCLAW_REDACTED__: 1 } } |"
            + " a.__OPENCLAW_REDACTED__",
        "{ a: { token: 'Sa-11111' } } | { a: { token: [<S>] } } | a.token[0]",
        "{ a: { token: '__OPENCLAW_REDACTED__' } } | { a: { token: <S> } } | a.token",
        "{ token: ['S0-11111', 'S1-22222'] } | { token: [<S>] } | token[0]",
        "{ l: [{ n: 'x', token: 'Sx-11111' }, { n: 'y', token: 'Sy-22222' }] } | { l: [{ n: 'y',"
            + " token: <S> }] } | l[0]",
        "{ l: [{ n: 'x', token: 'Sx-11111' }, { n: 'y', token: 'Sy-22222' }] } | { l: [{ n: 'y',"
            + " token: <S> }, { n: 'x', token: <S> }] } | l[0]",
        "{ l: [{ n: 'x', token: 'Sx-11111' }, { n: 'y', token: 'Sy-22222' }] } | { l: [{ n: 'x',"
            + " token: <S> }, { n: 'x', token: <S> }] } | l[1]",
        "{ l: [{ n: 'x', token: 'Sx-11111' }] } | { l: [{ n: 'new' }, { n: 'x', token: <S> }] } |"
            + " l[1]",
        "{ l: [{ id: 'x', token: 'Sx-11111' }, { id: 'y', token: 'Sy-22222' }] } | { l: [{ id:"
            + " 'x2', token: <S> }, { id: 'y', token: <S> }] } | l[0]",
        "{ l: [{ id: 'x', token: 'Sx-11111' }, { id: 'y', token: 'Sy-22222' }] } | { l: [{ id: 'x',"
            + " token: <S> }, { id: 'x', token: <S> }] } | l[0]",
        "{ l: [{ id: 'x', token: 'Sx-11111' }, { id: 'y', token: 'Sy-22222' }] } | { l: [{ token:"
            + " <S> }, { id: 'y', token: <S> }] } | l[0]",
        "{ l: [{ id: 'x', n: 1, token: 'Sx-11111' }, { id: 'x', n: 2, token: 'Sy-22222' }] } | { l:"
            + " [{ id: 'x', n: 2, token: <S> }, { id: 'x', n: 1, token: <S> }] } | l[0]",
        "{ a: { token: { source: 'exec', provider: 'v', id: 'x/y' } } } | { a: { token: { source:"
            + " 'env', provider: 'v', id: <S> } } } | a.token.id",
        "{ a: { token: { source: 'exec', provider: 'v', id: 'x/y' } } } | { a: { token: { source:"
            + " 'exec', provider: 'w', id: <S> } } } | a.token.id",
        "{ a: { token: { source: 'exec', provider: 'v', id: 'x/y' } } } | { a: { token: { source:"
            + " 'exec', id: <S> } } } | a.token.id",
        "{ a: { token: 'Sa-11111' } } | { a: { token: { source: 'exec', provider: 'v', id: <S> } }"
            + " } | a.token.id",
        "{ a: { token: { source: 'exec', provider: 'v', id: 'x/y' } } } | { a: { token: <S> } } |"
            + " a.token",
        "{ a: { token: 'Sa-11111' } } | { a: { x: 1 /* token: '__OPENCLAW_REDACTED__' */ } } |"
            + " comment",
        "{ a: 1 } // token: Sa-11111 | { a: 1 } // __OPENCLAW_REDACTED_2__ | line 1",
        "{ a: 1 } // token: Sa-11111 | { a: 1 } /* __OPENCLAW_REDACTED_1__ */ //"
            + " __OPENCLAW_REDACTED_1__ | line 1",
        "{ a: 1 } // token: Sa-11111 */ | { a: 1 } /* __OPENCLAW_REDACTED_1__ */ | comment",
        "{ a: 1 } // token: Sa-11111 | { a: '__OPENCLAW_REDACTED_1__' } | a:",
        "{ 'ghp_abcdefghijklmnopqrstuvwxyz01': 1 } | { a: { __OPENCLAW_REDACTED_1__: 1 } } |"
            + " a.__OPENCLAW_REDACTED_1__",
      })
  void sentinelWithoutAStoredValue_isRefusedNamingItsPath(
      String file, String edited, String named) {
    assertThatThrownBy(() -> save(file, edited))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(ErrorCode.SENTINEL_UNRESOLVED);
              assertThat(e.problem().message()).contains(named);
              assertThat(e.problem().line()).doesNotContain("111").doesNotContain("ghp_");
            });
  }

  @Test
  void keyTwice_isRefused() {
    assertThatThrownBy(
            () -> save("{ a: { token: 'Sa-11111' } }", "{ a: { token: <S>, token: <S> } }"))
        .hasMessageContaining("a key stands twice");
  }

  @Test
  void hiddenComment_mayMoveToAnotherComment_orGo() {
    String file = "{ a: 1, // token: Sa-11111\n b: 2 }";

    assertThat(save(file, "/* x __OPENCLAW_REDACTED_1__ */ { a: 1, b: 2 }"))
        .isEqualTo("/* x token: Sa-11111 */ { a: 1, b: 2 }");
    assertThat(save(file, "{ a: 1, b: 2 }")).isEqualTo("{ a: 1, b: 2 }");
  }

  @Test
  void hiddenKey_comesBackInItsObjectOnly() {
    String file = "{ m: { 'ghp_abcdefghijklmnopqrstuvwxyz01': { token: 'Sa-11111' } } }";

    assertThat(save(file, "{ m: { x: 1, '__OPENCLAW_REDACTED_1__': { token: <S> } } }"))
        .isEqualTo("{ m: { x: 1, 'ghp_abcdefghijklmnopqrstuvwxyz01': { token: 'Sa-11111' } } }");
  }

  @Test
  void writtenFormOfAHiddenValue_comesBackToTheCharacter() {
    String file = "{ token: \"a\\u0062c-\\\n12345\", password: 0x1F2E3D }";

    assertThat(save(file, "{ token: <S>, password: <S>, x: 1 }"))
        .isEqualTo("{ token: \"a\\u0062c-\\\n12345\", password: 0x1F2E3D, x: 1 }");
  }
}
