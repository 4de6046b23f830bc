package io.keymantle.source.keychain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The Keychain of macOS as any source, over calls of C functions that are a fake's.
final class MacKeychainTest extends KeychainContract {
  private FakeSecurityFramework framework;
  private KeychainSource source;

  @BeforeEach
  void start() throws ReflectiveOperationException {
    framework = new FakeSecurityFramework();
    SourceSettings settings = SourceSettings.ambient("keychain", Map.of());
    source =
        new KeychainSource(
            settings, new MacKeychain(settings, () -> new SecurityFramework(framework)));
  }

  private void put(String value, Map<String, Object> attributes) {
    Map<String, Object> item = new HashMap<>(attributes);
    framework.items.removeIf(each -> each.entrySet().containsAll(attributes.entrySet()));
    item.put("kSecValueData", value.getBytes(UTF_8));
    item.put("kSecValuePersistentRef", ("ref" + framework.items.size()).getBytes(UTF_8));
    item.put("kSecAttrModificationDate", Instant.parse("2026-11-26T10:00:00Z"));
    framework.items.add(item);
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) {
    framework.status = 0;
    put(
        value,
        Map.of(
            "kSecClass",
            "kSecClassGenericPassword",
            "kSecAttrService",
            item,
            "kSecAttrAccount",
            "bot"));
    return "keychain:" + item + "/bot";
  }

  @Override
  protected Set<Trouble> troubles() {
    return EnumSet.of(Trouble.FORBIDS, Trouble.LOGIN_EXPIRED, Trouble.FAILS);
  }

  @Override
  protected void suffer(Trouble trouble) {
    framework.status =
        switch (trouble) {
          case FORBIDS -> -34018;
          case LOGIN_EXPIRED -> -25308;
          case FAILS -> -25291;
          default -> throw new UnsupportedOperationException(trouble.name());
        };
  }

  @Test
  void read_releasesWhatItMade_zeroesTheSystemsCopy_andShowsNoWindow() throws Exception {
    assertThat(read(put("item", CANARY))).isEqualTo(CANARY);

    assertThat(framework.released).isEqualTo(framework.created).isPositive();
    assertThat(framework.hasZeroedWhatItHandedOut()).isTrue();
    assertThat(framework.mayAsk).isFalse();
  }

  @Test
  void read_asksForTheValueOfTheOneItemOnly() throws Exception {
    read(put("item", CANARY));

    assertThat(framework.queries).hasSize(2);
    assertThat(framework.queries.getFirst())
        .containsEntry("kSecClass", "kSecClassGenericPassword")
        .containsEntry("kSecAttrService", "item")
        .containsEntry("kSecAttrAccount", "bot")
        .containsEntry("kSecMatchLimit", "kSecMatchLimitAll")
        .doesNotContainKey("kSecReturnData");
    assertThat(framework.queries.getLast())
        .containsEntry("kSecReturnData", "kCFBooleanTrue")
        .containsKey("kSecValuePersistentRef")
        .doesNotContainKey("kSecMatchLimit");
  }

  @Test
  void internetPassword_isReadByItsServer_andListedWithoutItsValue() throws Exception {
    put(
        CANARY,
        Map.of(
            "kSecClass",
            "kSecClassInternetPassword",
            "kSecAttrServer",
            "github.com",
            "kSecAttrAccount",
            "bot"));

    assertThat(read("keychain:?server=github.com&account=bot")).isEqualTo(CANARY);
    framework.queries.clear();
    assertThat(source.browse(""))
        .extracting(SourceReference::toString)
        .containsExactly("keychain:?account=bot&server=github.com");
    assertThat(framework.queries).noneMatch(each -> each.containsKey("kSecReturnData"));
  }

  @Test
  void twoItemsOfOneName_areRefused() {
    Map<String, Object> first =
        Map.of(
            "kSecClass", "kSecClassGenericPassword", "kSecAttrService", "s", "kSecAttrLabel", "1");
    Map<String, Object> second =
        Map.of(
            "kSecClass", "kSecClassGenericPassword", "kSecAttrService", "s", "kSecAttrLabel", "2");
    put(CANARY, first);
    put(CANARY, second);

    assertThat(failure("keychain:?service=s").reason()).isEqualTo(Reason.FAILED);
    assertThat(failure("keychain:?service=s")).hasMessageContaining("2 items");
  }

  @Test
  void otherStatus_isNamed() {
    String item = put("item", CANARY);
    framework.status = -50;

    SourceException why = failure(item);

    assertThat(why.reason()).isEqualTo(Reason.FAILED);
    assertThat(why).hasMessageContaining("OSStatus -50");
  }

  @Test
  void attributesThatTheKeychainDoesNotHave_areRefused() {
    for (String wrong : new String[] {"?other=1", "?service=a&server=b"}) {
      assertThat(
              catchThrowableOfType(
                      RefusedException.class,
                      () -> source.check(new SourceReference("keychain", wrong)))
                  .problem()
                  .fix())
          .contains("?server=");
    }
  }
}
