package io.keymantle.source.vault;

import static io.keymantle.source.vault.VaultFixture.failure;
import static io.keymantle.source.vault.VaultFixture.read;
import static io.keymantle.source.vault.VaultFixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is read from each of Vault's engines, and for how long it is good.
final class VaultEnginesTest {
  @TempDir private Path directory;
  private VaultFixture fixture;
  private FakeVaultState state;
  private VaultSource source;

  @BeforeEach
  void start() throws IOException {
    fixture = new VaultFixture(directory);
    state = fixture.vault.state;
    source = fixture.approle();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void wholeSecret_isItsJson() throws Exception {
    state.put("app", "{ \"user\" : \"bot\",\"password\":\"canary-value\" }");

    assertThat(read(source, "vault:secret/app"))
        .isEqualTo("{ \"user\" : \"bot\",\"password\":\"canary-value\" }");
  }

  @Test
  void kvOfVersion1_isRead_andHasNoVersions() throws Exception {
    state.plain.put("team/app", "{\"password\":\"canary-value\"}");

    assertThat(read(source, "vault:old/team/app#password")).isEqualTo("canary-value");
    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> read(source, "vault:old/team/app?version=1#password"))
                .problem()
                .line())
        .contains("version");
  }

  @Test
  void deletedVersion_isNotFound_andSaysSo_whileOthersAreRead() throws Exception {
    state.put("app", "{\"password\":\"canary-value\"}");
    state.put("app", "");

    assertThat(failure(source, "vault:secret/app#password"))
        .hasMessageContaining("deleted in version 2 (request 6f1c1c2e")
        .extracting(SourceException::reason)
        .isEqualTo(Reason.NOT_FOUND);
    assertThat(read(source, "vault:secret/app?version=1#password")).isEqualTo("canary-value");
  }

  @Test
  void engineThatVaultDoesNotName_isWhatTheSettingsSay() throws Exception {
    state.tellsMounts = false;
    state.put("app", "{\"password\":\"canary-value\"}");
    state.plain.put("app", "{\"password\":\"canary-value-1\"}");

    assertThat(failure(source, "vault:secret/app#password").fix()).contains("kv=1 or kv=2");
    assertThat(read(withKv("2"), "vault:secret/app#password")).isEqualTo("canary-value");
    assertThat(read(withKv("1"), "vault:old/app#password")).isEqualTo("canary-value-1");
  }

  private VaultSource withKv(String version) {
    return fixture.source(
        Map.of("kv", version), Map.of("token", state.token(Duration.ofHours(1), false)));
  }

  @Test
  void engine_isAskedForOnce_untilASecretIsMissing() throws Exception {
    state.put("app", "{\"password\":\"canary-value\"}");
    String preflight = "sys/internal/ui/mounts/secret/app";
    read(source, "vault:secret/app#password");
    read(source, "vault:secret/app#password");
    assertThat(fixture.vault.count("GET", preflight)).isEqualTo(1);

    failure(source, "vault:secret/none");
    read(source, "vault:secret/app#password");

    assertThat(fixture.vault.count("GET", preflight)).isEqualTo(2);
  }

  @Test
  void dynamicSecret_isGoodForItsLease_andTheLeaseIsItsVersion() throws Exception {
    SourceValue found = value(source, "vault:database/creds/app#password");
    found.bytes().close();

    assertThat(found.goodFor()).contains(Duration.ofMinutes(10));
    assertThat(found.version()).startsWith("database/creds/app/");
    assertThat(read(source, "vault:database/creds/app")).contains("\"username\":\"v-app-");
  }

  @Test
  void ttlOfTheSettings_capsALease() throws Exception {
    VaultSource capped =
        fixture.source(
            Map.of("ttl", "30s"), Map.of("token", state.token(Duration.ofHours(1), false)));
    SourceValue found = value(capped, "vault:database/creds/app#password");
    found.bytes().close();

    assertThat(found.goodFor()).contains(Duration.ofSeconds(30));
  }

  @Test
  void storedCiphertext_isDecrypted_wholeOrAMemberOfIt() throws Exception {
    assertThat(read(source, ciphertext("canary-value é"))).isEqualTo("canary-value é");
    assertThat(read(source, ciphertext("{\"n\":{\"t\":\"canary-value\"}}") + "#/n/t"))
        .isEqualTo("canary-value");
    SourceValue found = value(source, ciphertext("canary-value"));
    found.bytes().close();
    assertThat(found.version()).isEqualTo("v3");
    assertThat(failure(source, "vault:transit/decrypt/app?ciphertext=vault:v1:zz"))
        .hasMessageContaining("none of this key");
    assertThat(failure(source, ciphertext("canary") + "#key").reason()).isEqualTo(Reason.MALFORMED);
  }

  /// As the fake decrypts it; its plus signs and slashes are left as they are.
  private static String ciphertext(String plain) {
    Base64.Encoder encoder = Base64.getEncoder();
    byte[] inner = encoder.encode(plain.getBytes(UTF_8));
    return "vault:transit/decrypt/app?ciphertext=vault:v3:" + encoder.encodeToString(inner);
  }

  @Test
  void certificate_isIssued_andGoodForItsLife() throws Exception {
    String role = "vault:pki/issue/web?common_name=web.example";
    assertThat(read(source, role + "&ttl=1h#private_key")).isEqualTo("canary-value-key");
    SourceValue found = value(source, role + "&ttl=1h#certificate");
    found.bytes().close();

    assertThat(found.goodFor()).contains(Duration.ofHours(1));
    assertThat(found.version()).isEqualTo("39:dd:2e");
    SourceValue shorter = value(source, role + "&ttl=90d#certificate");
    shorter.bytes().close();
    assertThat(shorter.goodFor()).as("what the role allows").contains(Duration.ofMinutes(1));
    failure(source, "vault:pki/issue/web?common_name=other.example#certificate");
  }

  @Test
  void noEngineThere_isSaid() {
    assertThat(failure(source, "vault:database/creds/none").getMessage()).contains("no engine");
  }

  @Test
  void names_areListed_belowWhatIsAskedFor_andReadBackAsTheyStand() throws Exception {
    state.put("app", "{\"a\":\"canary-value\"}");
    state.put("team/one", "{\"a\":\"canary-value\"}");
    state.put("team/deep/er/two", "{\"a\":\"canary-value\"}");
    state.put("odd/100% #1?", "{\"a\":\"canary-value-odd\"}");
    state.plain.put("legacy", "{\"a\":\"canary-value\"}");

    assertThat(source.browse(""))
        .map(SourceReference::toString)
        .containsExactly(
            "vault:old/legacy",
            "vault:secret/app",
            "vault:secret/odd/100%25 %231%3F",
            "vault:secret/team/deep/er/two",
            "vault:secret/team/one");
    assertThat(source.browse("secret/team/de")).hasToString("[vault:secret/team/deep/er/two]");
    assertThat(source.browse("sec")).hasSize(4);
    assertThat(source.browse("secret/none/")).isEmpty();
    assertThat(read(source, "vault:secret/odd/100%25 %231%3F#a")).isEqualTo("canary-value-odd");
  }

  @Test
  void names_areListed_upToABound() throws Exception {
    for (int i = 0; i < VaultBrowser.MOST_NAMES + 5; i++) {
      state.put("name-" + i, "{}");
    }

    assertThat(source.browse("secret/")).hasSize(VaultBrowser.MOST_NAMES);
  }

  @Test
  void reference_thatIsNone_isRefusedWithTheForm() {
    for (String locator :
        new String[] {
          "secret",
          "/secret/a",
          "secret/",
          "secret//a",
          "secret/../sys/seal",
          "secret/a#",
          "secret/a#/b~2",
          "secret/a?version=0#b",
          "secret/a?version=new",
          "secret/a?x",
          "secret/%2",
          "secret/%2e%2e/a",
          "secret/a?version=1&version=2",
          "secret/a\nb"
        }) {
      assertThat(
              catchThrowableOfType(
                      RefusedException.class,
                      () -> source.check(new SourceReference("vault", locator)))
                  .problem()
                  .fix())
          .as(locator)
          .contains("#password");
    }
    assertThat(fixture.vault.calls).isEmpty();
  }
}
