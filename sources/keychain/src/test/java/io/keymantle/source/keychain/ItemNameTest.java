package io.keymantle.source.keychain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.RefusedException;
import io.keymantle.source.keychain.ItemName.Attributes;
import io.keymantle.source.keychain.ItemName.Login;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ItemNameTest {
  private static ItemName parse(String text) {
    return ItemName.parse(text, "keychain");
  }

  @Test
  void lastSlash_partsServiceAndAccount() {
    assertThat(parse("github/bot")).isEqualTo(new Login("github", "bot"));
    assertThat(parse("https://a.example/v1/bot"))
        .isEqualTo(new Login("https://a.example/v1", "bot"));
    assertThat(parse("gh:github.com/")).isEqualTo(new Login("gh:github.com", ""));
  }

  @Test
  void attributes_areAllOfThem_inAnyOrder() {
    assertThat(parse("?b=2&a=1=%261+")).isEqualTo(new Attributes(Map.of("a", "1=&1+", "b", "2")));
    assertThat(parse("?a=")).isEqualTo(new Attributes(Map.of("a", "")));
  }

  @Test
  void name_isReadBackFromItsText() {
    for (ItemName name :
        new ItemName[] {
          new Login("a/b", "c/d"),
          new Login("?x", "100% é😀 +"),
          new Attributes(Map.of("xdg:schema", "a&b=c#d?e%", "ü", " "))
        }) {
      assertThat(parse(name.text())).isEqualTo(name);
      assertThat(name.text()).doesNotContain("#");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "service",
        "/account",
        "?",
        "?a",
        "?=b",
        "?a=1&",
        "?a=1&a=2",
        "a/%zz",
        "a/%",
        "a/b%0a",
        "a/%ff",
        "a%00/b"
      })
  void text_thatNamesNothing_isRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(RefusedException.class);
  }
}
