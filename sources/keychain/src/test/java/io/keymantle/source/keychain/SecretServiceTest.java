package io.keymantle.source.keychain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A Secret Service that sends values as they are, asks at a window and errs, as any source.
@Timeout(60)
final class SecretServiceTest extends KeychainContract {
  private static final Duration TIME = Duration.ofSeconds(1);

  private Path directory;
  private PrivateBus bus;
  private FakeSecretService fake;
  private KeychainSource source;

  @BeforeEach
  void start() throws Exception {
    directory = Files.createTempDirectory("kc");
    bus = new PrivateBus(directory);
    fake = new FakeSecretService(bus);
    source = source(Map.of("transport", "plain"));
  }

  private KeychainSource source(Map<String, String> values) {
    SourceSettings settings = bus.settings(values);
    return new KeychainSource(settings, new SecretService(settings, TIME));
  }

  @AfterEach
  void stop() throws Exception {
    fake.close();
    bus.close();
    Files.delete(directory.resolve("bus.conf"));
    Files.delete(directory);
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) {
    fake.recover();
    fake.put(value, Map.of("service", item, "account", "bot"));
    return "keychain:" + item + "/bot";
  }

  @Override
  protected Set<Trouble> troubles() {
    return EnumSet.complementOf(
        EnumSet.of(
            Trouble.IS_DOWN,
            Trouble.ANSWERS_HALF,
            Trouble.REDIRECTS,
            Trouble.HAS_ANOTHER_CERTIFICATE));
  }

  @Override
  protected void suffer(Trouble trouble) {
    fake.suffer(trouble);
  }

  @Test
  void serviceWithoutEncryption_isRefused_untilPlainIsSet() {
    String item = put("item", CANARY);
    source = source(Map.of());

    SourceException why = failure(item);

    assertThat(why.reason()).isEqualTo(Reason.FAILED);
    assertThat(why.fix()).contains("--setting transport=plain");
    assertThat(fake.asked).doesNotContain("GetSecret");
  }

  @Test
  void promptOfALockedItem_isDismissed_andNeverShown() {
    String item = put("item", CANARY);
    fake.isLocked = true;

    assertThat(failure(item).reason()).isEqualTo(Reason.UNAUTHENTICATED);

    assertThat(fake.asked).endsWith("Unlock", "Dismiss").doesNotContain("Prompt", "GetSecret");
  }

  @Test
  void errorOfTheService_isNamed_withoutItsText() {
    String item = put("item", CANARY);
    for (var known :
        Map.of(
                "org.freedesktop.Secret.Error.IsLocked", Reason.UNAUTHENTICATED,
                "org.freedesktop.Secret.Error.NoSuchObject", Reason.NOT_FOUND,
                "org.freedesktop.DBus.Error.ServiceUnknown", Reason.UNAVAILABLE,
                "org.freedesktop.DBus.Error.Spawn.ChildExited", Reason.UNAVAILABLE,
                "org.freedesktop.DBus.Error.UnknownMethod", Reason.FAILED,
                "org.example.Other", Reason.FAILED)
            .entrySet()) {
      fake.error = known.getKey();

      SourceException why = failure(item);

      assertThat(why.reason()).as(known.getKey()).isEqualTo(known.getValue());
      if (known.getValue() != Reason.UNAUTHENTICATED) {
        assertThat(why).hasMessageContaining(known.getKey());
      }
    }
  }

  @Test
  void browse_asksForNoValue() throws Exception {
    put("one", CANARY);
    fake.asked.clear();

    assertThat(source.browse(""))
        .extracting(SourceReference::toString)
        .contains("keychain:one/bot");

    assertThat(fake.asked).containsOnly("Get");
  }

  @Test
  void busWithoutAService_saysSo() throws Exception {
    String item = put("item", CANARY);
    fake.close();

    SourceException why = failure(item);

    assertThat(why.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(why).hasMessageContaining("no Secret Service on this bus");
  }

  @Test
  void brokerOutsideOfASession_isToldToNameABus() {
    SourceSettings settings = SourceSettings.ambient("keychain", Map.of());
    source = new KeychainSource(settings, new SecretService(settings, TIME));

    SourceException why = failure("keychain:s/a");

    assertThat(why.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(why.fix()).contains("--setting bus=unix:path=");
  }

  @Test
  void busThatWasSet_countsMoreThanTheEnvironment() throws Exception {
    put("item", CANARY);
    Map<String, String> values = Map.of("bus", bus.address(), "transport", "plain", "ttl", "1m");
    SourceSettings settings =
        new SourceSettings(
            "keychain", values, Map.of(), Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"));
    source = new KeychainSource(settings, new SecretService(settings, TIME));

    assertThat(read("keychain:item/bot")).isEqualTo(CANARY);
  }

  @Test
  void settings_areCheckedWhenTheyAreSet() {
    for (var wrong :
        Map.of("bus", "tcp:host=x", "transport", "none", "ttl", "never", "other", "x").entrySet()) {
      assertThat(
              catchThrowableOfType(
                      RefusedException.class,
                      () -> source(Map.of(wrong.getKey(), wrong.getValue())))
                  .problem()
                  .fix())
          .isNotBlank();
    }
    assertThatThrownBy(() ->
            new KeychainSource(
                bus.settings(Map.of("transport", "plain", "bus", "unix:abstract=/x"))))
        .isInstanceOf(RefusedException.class);
  }
}
