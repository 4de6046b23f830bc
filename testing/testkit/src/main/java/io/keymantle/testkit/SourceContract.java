package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What every source of a provider's guarantees. A test class of a source extends it, and says how
/// its provider is made to do what is asked for here.
public abstract class SourceContract {
  /// Stands in every value, and in no message.
  protected static final String CANARY = "canary-value";

  private static final CredentialName NAME = new CredentialName("github-api");

  /// What a provider does wrong.
  public enum Trouble {
    FORBIDS(Reason.FORBIDDEN),
    LOGIN_EXPIRED(Reason.UNAUTHENTICATED),
    THROTTLES(Reason.THROTTLED),
    HANGS(Reason.TIMEOUT),
    FAILS(Reason.UNAVAILABLE),
    IS_DOWN(Reason.UNAVAILABLE),
    ANSWERS_HTML(Reason.MALFORMED),
    ANSWERS_HALF(Reason.MALFORMED),
    REDIRECTS(Reason.REDIRECTED),
    HAS_ANOTHER_CERTIFICATE(Reason.UNTRUSTED);

    private final Reason reason;

    Trouble(Reason reason) {
      this.reason = reason;
    }

    /// Whether the provider itself answers, in the form of its API.
    boolean isAnswered() {
      return switch (this) {
        case FORBIDS, LOGIN_EXPIRED, THROTTLES, FAILS -> true;
        default -> false;
      };
    }
  }

  /// The source, with a provider that works and has what [#put] put there. Short time limits.
  protected abstract SecretSource source() throws Exception;

  /// Puts a value at the provider, which works from then on, and says how a reference names it.
  protected abstract String put(String item, String value) throws Exception;

  /// The reference to one member of an item that is JSON.
  protected abstract String member(String reference, String key);

  /// The reference to a version of an item, the first being 1.
  protected abstract String version(String reference, int number);

  /// Makes the provider do this from now on, until it is told of another, and forget nothing of
  /// what it has.
  protected abstract void suffer(Trouble trouble) throws Exception;

  /// What of it this provider can do at all.
  protected Set<Trouble> troubles() {
    return Set.of(Trouble.values());
  }

  /// The request id that the provider gives with every answer; empty when it gives none.
  protected abstract Optional<String> requestId();

  /// Whether the provider can list what it has.
  protected boolean browses() {
    return true;
  }

  /// Makes the provider refuse the login that the source has, but not a new one.
  protected void endLogin() throws Exception {}

  /// Whether the source logs in by itself, and can do so again.
  protected boolean logsIn() {
    return true;
  }

  /// Whether the provider keeps earlier versions.
  protected boolean hasVersions() {
    return true;
  }

  protected final String read(String reference) throws Exception {
    SourceValue value = source().read(NAME, SourceReference.parse(reference));
    StringBuilder text = new StringBuilder();
    try (SecretBytes bytes = value.bytes()) {
      assertThat(bytes.label()).isEqualTo(NAME.value());
      bytes.reveal(
          SecretAccess.insecureMint(),
          (array, offset, length) ->
              text.append(new String(array, offset, length, StandardCharsets.UTF_8)));
    }
    return text.toString();
  }

  /// Why a read fails; nothing of a value is in it, and a fix is.
  protected final SourceException failure(String reference) {
    SourceException why = catchThrowableOfType(SourceException.class, () -> read(reference));
    assertThat(why).as("a failure of " + reference).isNotNull();
    assertThat(why.getMessage() + why.fix()).doesNotContain("canary");
    assertThat(why.fix()).isNotBlank();
    return why;
  }

  @Test
  void value_isRead_toTheLastByte() throws Exception {
    for (String value :
        new String[] {CANARY, CANARY + "\n", " é€😀 \"\\ " + CANARY, CANARY + "x".repeat(20_000)}) {
      assertThat(read(put("item", value))).isEqualTo(value);
    }
  }

  @Test
  void member_ofAJsonValue_isRead_byKeyAndByPointer() throws Exception {
    String item =
        put(
            "json",
            "{\"user\":\"bot\",\"a.b/c\":\"" + CANARY + "\",\"n\":{\"t\":\"" + CANARY + "2\"}}");

    assertThat(read(member(item, "a.b/c"))).isEqualTo(CANARY);
    assertThat(read(member(item, "/n/t"))).isEqualTo(CANARY + "2");
  }

  @Test
  void missingMember_isToldFromAMissingItem() throws Exception {
    String item = put("json", "{\"user\":\"" + CANARY + "\"}");

    assertThat(failure(member(item, "password")).reason()).isEqualTo(Reason.PROPERTY_MISSING);
    assertThat(failure(item.replace("json", "none")).reason()).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void member_ofAValueThatIsNoJson_isRefused() throws Exception {
    String item = put("plain", CANARY + " and no JSON");

    assertThat(failure(member(item, "password")).reason())
        .isIn(Reason.MALFORMED, Reason.PROPERTY_MISSING);
  }

  @TestFactory
  Stream<DynamicTest> trouble_hasAReasonOfItsOwn_andNamesTheRequest() {
    return Stream.of(Trouble.values())
        .filter(troubles()::contains)
        .map(trouble -> DynamicTest.dynamicTest(trouble.name(), () -> requireToldOf(trouble)));
  }

  private void requireToldOf(Trouble trouble) throws Exception {
    String item = put("item", CANARY);
    assertThat(read(item)).isEqualTo(CANARY);
    suffer(trouble);

    SourceException why = failure(item);

    assertThat(why.reason()).isEqualTo(trouble.reason);
    if (trouble.isAnswered() && requestId().isPresent()) {
      assertThat(why.getMessage()).contains(requestId().get());
    }
  }

  @TestFactory
  Stream<DynamicTest> whatTheProviderCan_theSourceCan() {
    Stream.Builder<DynamicTest> tests = Stream.builder();
    if (hasVersions()) {
      tests.add(DynamicTest.dynamicTest("versions", this::requireVersions));
    }
    if (logsIn()) {
      tests.add(DynamicTest.dynamicTest("login that ended is made anew", this::requireNewLogin));
    }
    if (browses()) {
      tests.add(DynamicTest.dynamicTest("lists names", this::requireBrowsing));
    }
    return tests.build();
  }

  private void requireVersions() throws Exception {
    String item = put("versioned", CANARY + "1");
    put("versioned", CANARY + "2");

    assertThat(read(item)).isEqualTo(CANARY + "2");
    assertThat(read(version(item, 1))).isEqualTo(CANARY + "1");
    SourceValue newest = source().read(NAME, SourceReference.parse(item));
    SourceValue earlier = source().read(NAME, SourceReference.parse(version(item, 1)));
    newest.bytes().close();
    earlier.bytes().close();
    assertThat(newest.version()).isNotEmpty().isNotEqualTo(earlier.version());
    assertThat(failure(version(item, 99)).reason()).isEqualTo(Reason.NOT_FOUND);
  }

  private void requireNewLogin() throws Exception {
    String item = put("item", CANARY);
    read(item);
    endLogin();

    assertThat(read(item)).isEqualTo(CANARY);
  }

  private void requireBrowsing() throws Exception {
    for (int i = 0; i < 30; i++) {
      put("listed-" + i, CANARY + i);
    }

    List<SourceReference> found = source().browse("");

    assertThat(found).hasSizeGreaterThanOrEqualTo(30);
    assertThat(found.toString()).doesNotContain("canary");
    SourceReference seventh =
        found.stream()
            .filter(each -> each.locator().contains("listed-7"))
            .findFirst()
            .orElseThrow();
    assertThat(read(seventh.toString())).contains(CANARY + "7");
  }

  @Test
  void test_reachesTheProvider_andSaysWhenItCannot() throws Exception {
    source().test();
    suffer(Trouble.FAILS);

    assertThat(catchThrowableOfType(SourceException.class, () -> source().test()).reason())
        .isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void reference_thatNamesNothing_isRefusedBeforeAnythingIsAsked() throws Exception {
    SecretSource source = source();
    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> source.check(new SourceReference(source.scheme(), "")))
                .problem()
                .fix())
        .isNotBlank();
  }
}
