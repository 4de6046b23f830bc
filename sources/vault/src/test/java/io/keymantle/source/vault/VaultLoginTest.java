package io.keymantle.source.vault;

import static io.keymantle.source.vault.VaultFixture.failure;
import static io.keymantle.source.vault.VaultFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.RefusedException;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.testkit.SourceContract.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each way to log in at Vault, and how long a login is kept.
final class VaultLoginTest {
  private static final String ITEM = "vault:secret/app#password";
  private static final String APPROLE = "auth/approle/login";
  private static final String RENEW = "auth/token/renew-self";

  @TempDir private Path directory;
  private VaultFixture fixture;
  private FakeVaultState state;

  @BeforeEach
  void start() throws IOException {
    fixture = new VaultFixture(directory);
    state = fixture.vault.state;
    state.put("app", "{\"password\":\"canary-value\"}");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void requireReads(VaultSource source) throws Exception {
    assertThat(read(source, ITEM)).isEqualTo("canary-value");
    source.test();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("login"), text);
  }

  private long logins() {
    return fixture.vault.count("POST", APPROLE);
  }

  @Test
  void token_ofTheStore_orOfAFile_orOfTheEnvironment_isUsed() throws Exception {
    String token = state.token(Duration.ofHours(1), false);

    requireReads(fixture.source(Map.of(), Map.of("token", token)));
    requireReads(fixture.source(Map.of("token-file", file(token + "\n").toString()), Map.of()));
    requireReads(fixture.source(Map.of(), Map.of(), Map.of("VAULT_TOKEN", token)));
  }

  @Test
  void environmentOfVaultsOwnClient_isEnough() throws Exception {
    Map<String, String> environment = new HashMap<>(fixture.environment());
    environment.put("VAULT_TOKEN", state.token(Duration.ZERO, false));
    environment.put("VAULT_NAMESPACE", "team/project");

    requireReads(fixture.of(Map.of(), Map.of(), environment));

    assertThat(fixture.vault.calls).allMatch(call -> call.namespace().equals("team/project"));
  }

  @Test
  void appRole_withItsMount_logsIn() throws Exception {
    state.logins.put("auth/team/approle/login", "{\"role_id\":\"role-2\"}");

    requireReads(fixture.approle());
    requireReads(
        fixture.source(
            Map.of("auth", "approle", "role-id", "role-2", "mount", "team/approle"), Map.of()));
  }

  @Test
  void kubernetes_sendsTheServiceAccountsToken() throws Exception {
    state.logins.put("auth/kubernetes/login", "{\"jwt\":\"canary.jwt\",\"role\":\"bots\"}");

    requireReads(
        fixture.source(
            Map.of("auth", "kubernetes", "role", "bots", "jwt-file", file("canary.jwt").toString()),
            Map.of()));
  }

  @Test
  void kubernetes_withoutAServiceAccount_saysWhichFile() {
    String none = directory.resolve("none").toString();
    VaultSource source =
        fixture.source(Map.of("auth", "kubernetes", "role", "bots", "jwt-file", none), Map.of());

    assertThat(failure(source, ITEM))
        .hasMessageContaining(none)
        .extracting(SourceException::reason)
        .isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void jwt_ofAFile_orOfTheStore_logsIn() throws Exception {
    state.logins.put("auth/jwt/login", "{\"jwt\":\"canary.jwt\",\"role\":\"bots\"}");
    Map<String, String> settings = Map.of("auth", "jwt", "role", "bots");

    requireReads(fixture.source(settings, Map.of("jwt", "canary.jwt")));
    Map<String, String> withFile = new HashMap<>(settings);
    withFile.put("jwt-file", file("canary.jwt\n").toString());
    requireReads(fixture.source(withFile, Map.of()));
  }

  @Test
  void userpass_logsIn() throws Exception {
    state.logins.put("auth/userpass/login/bot", "{\"password\":\"canary pass\"}");

    requireReads(
        fixture.source(
            Map.of("auth", "userpass", "username", "bot"), Map.of("password", "canary pass")));
  }

  @Test
  void certificate_isShown_andWithoutOneItIsNoLogin() throws Exception {
    state.logins.put("auth/cert/login", "{\"name\":\"bots\"}");
    Path certificate = fixture.vault.client.writeCertificate(directory.resolve("client.pem"));
    Path key = fixture.vault.client.writeKey(directory.resolve("client.key"));

    requireReads(
        fixture.source(
            Map.of(
                "auth",
                "cert",
                "role",
                "bots",
                "certificate",
                certificate.toString(),
                "key",
                key.toString()),
            Map.of()));
    assertThat(refusal(Map.of("auth", "cert"))).contains("certificate");
  }

  @Test
  void refusedLogin_isToldFromARefusedRead() {
    VaultSource source =
        fixture.source(
            Map.of("auth", "approle", "role-id", "role-1"), Map.of("secret-id", "canary-wrong"));

    assertThat(failure(source, ITEM).reason()).isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void settings_thatAreUnknown_missing_orNone_areRefusedAtOnce() {
    assertThat(refusal(Map.of("auth", "ldap"))).contains("approle, kubernetes");
    assertThat(refusal(Map.of("auth", "approle"))).contains("role-id");
    assertThat(refusal(Map.of("auth", "userpass", "username", "bot"))).contains("password");
    assertThat(refusal(Map.of("token", "canary"))).contains("no setting token");
    assertThat(refusal(Map.of("kv", "3", "token-file", "/t"))).contains("kv=1");
    assertThat(refusal(Map.of())).contains("VAULT_TOKEN");
    assertThat(refusal(Map.of("token-file", "/t", "namespace", "a\r\nb"))).contains("namespace");
  }

  private String refusal(Map<String, String> settings) {
    return catchThrowableOfType(RefusedException.class, () -> fixture.source(settings, Map.of()))
        .problem()
        .line();
  }

  @Test
  void login_isKept_andRenewed_beforeItsLeaseEnds() throws Exception {
    VaultSource source = fixture.approle();
    for (int minutes = 0; minutes < 180; minutes += 5) {
      assertThat(read(source, ITEM)).isEqualTo("canary-value");
      fixture.clock.advance(Duration.ofMinutes(5));
    }

    assertThat(logins()).isEqualTo(1);
    assertThat(fixture.vault.count("POST", RENEW)).isBetween(3L, 5L);
  }

  @Test
  void loginThatCannotBeRenewed_isMadeAnew_beforeItsLeaseEnds() throws Exception {
    state.renewable = false;
    VaultSource source = fixture.approle();
    read(source, ITEM);
    fixture.clock.advance(Duration.ofMinutes(59));
    read(source, ITEM);
    assertThat(logins()).isEqualTo(1);

    fixture.clock.advance(Duration.ofSeconds(31));
    read(source, ITEM);

    assertThat(logins()).isEqualTo(2);
    assertThat(fixture.vault.count("POST", RENEW)).isZero();
    assertThat(fixture.vault.count("GET", "auth/token/lookup-self")).isZero();
  }

  @Test
  void loginAtTheEndOfItsLongestLife_isMadeAnew_andNotRenewedWithoutEnd() throws Exception {
    state.longest = Duration.ofMinutes(10);
    VaultSource source = fixture.approle();
    for (int minutes = 0; minutes < 55; minutes++) {
      assertThat(read(source, ITEM)).isEqualTo("canary-value");
      fixture.clock.advance(Duration.ofMinutes(1));
    }

    assertThat(logins()).isEqualTo(2);
    assertThat(fixture.vault.count("POST", RENEW)).isEqualTo(1);
  }

  @Test
  void tokenThatEndedAndCannotBeHadAnew_isSaidToBe() {
    String token = state.token(Duration.ofHours(1), false);
    VaultSource source = fixture.source(Map.of(), Map.of("token", token));
    state.endTokens();

    assertThat(failure(source, ITEM).reason()).isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void tokenFileThatWasWrittenAnew_isReadAnew() throws Exception {
    Path file = file(state.token(Duration.ofHours(1), false));
    VaultSource source = fixture.source(Map.of("token-file", file.toString()), Map.of());
    read(source, ITEM);
    state.endTokens();
    file(state.token(Duration.ofHours(1), false));

    requireReads(source);
  }

  @Test
  void forbiddenRead_makesNoNewLogin() throws Exception {
    VaultSource source = fixture.approle();
    read(source, ITEM);
    fixture.vault.suffer(Trouble.FORBIDS);

    assertThat(failure(source, ITEM).reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(logins()).isEqualTo(1);
  }

  @Test
  void manyReadsAtOnce_logInOnce_alsoWhenTheTokenDied() throws Exception {
    VaultSource source = fixture.approle();
    List<Callable<String>> reads = Collections.nCopies(40, () -> read(source, ITEM));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 1; round <= 2; round++) {
        for (var each : threads.invokeAll(reads)) {
          assertThat(each.get()).isEqualTo("canary-value");
        }
        assertThat(logins()).isEqualTo(round);
        state.endTokens();
      }
    }
  }

  @Test
  void nothing_thatIsPrinted_hasTheToken() {
    assertThat(new VaultToken("hvs.canary", Optional.empty(), false).toString())
        .doesNotContain("canary");
  }
}
