package io.keymantle.source.keychain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A real gnome-keyring as any source, over encrypted sessions.
@Timeout(60)
final class GnomeKeyringIT extends KeychainContract {
  private static final Duration TIME = Duration.ofSeconds(2);

  private GnomeKeyring keyring;
  private KeychainSource source;
  private boolean suffered;

  @BeforeEach
  void start() throws Exception {
    suffered = false;
    keyring = new GnomeKeyring();
    source =
        new KeychainSource(keyring.bus.settings(), new SecretService(keyring.bus.settings(), TIME));
  }

  @AfterEach
  void stop() throws Exception {
    keyring.close();
  }

  private void recover() throws Exception {
    if (suffered) {
      stop();
      start();
    }
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) throws Exception {
    recover();
    keyring.create(value, Map.of("service", item, "account", "bot"));
    return "keychain:" + item + "/bot";
  }

  @Override
  protected Set<Trouble> troubles() {
    return EnumSet.of(Trouble.LOGIN_EXPIRED, Trouble.HANGS, Trouble.FAILS, Trouble.IS_DOWN);
  }

  @Override
  protected void suffer(Trouble trouble) throws Exception {
    suffered = true;
    switch (trouble) {
      case LOGIN_EXPIRED -> keyring.lock();
      case HANGS -> keyring.signal("STOP");
      case FAILS -> keyring.stop();
      case IS_DOWN -> keyring.bus.close();
      default -> throw new UnsupportedOperationException(trouble.name());
    }
  }

  @Test
  void itemOfPythonKeyring_isFoundByItsUsername() throws Exception {
    keyring.store(CANARY, "application", "Python keyring library", "service", "s", "username", "a");

    assertThat(read("keychain:s/a")).isEqualTo(CANARY);
    assertThat(read("keychain:?service=s&username=a")).isEqualTo(CANARY);
    assertThat(source.browse("")).extracting(SourceReference::toString).contains("keychain:s/a");
  }

  @Test
  void serviceThatIsAnAddress_isReadAndListed() throws Exception {
    keyring.store(CANARY, "service", "https://é.example/v1?a=b#c&d", "account", "x/y%");

    String reference = "keychain:https://é.example/v1%3Fa%3Db%23c%26d/x%2Fy%25";
    assertThat(read(reference)).isEqualTo(CANARY);
    assertThat(source.browse("https://"))
        .extracting(SourceReference::toString)
        .containsExactly(reference);
  }

  @Test
  void itemWithOtherAttributes_isReadByThem() throws Exception {
    keyring.store(CANARY + "1", "kind", "token", "where", "a b+c");
    keyring.store(CANARY + "2", "kind", "token", "where", "elsewhere");

    assertThat(read("keychain:?where=a b+c")).isEqualTo(CANARY + "1");
    assertThat(read("keychain:?kind=token&where=elsewhere")).isEqualTo(CANARY + "2");
    assertThat(source.browse("?kind")).hasSize(2);
  }

  @Test
  void twoItemsOfOneName_areRefused_neverTheFirst() throws Exception {
    keyring.store(CANARY + "1", "service", "s", "account", "a", "env", "test");
    keyring.store(CANARY + "2", "service", "s", "account", "a", "env", "live");

    SourceException why = failure("keychain:s/a");

    assertThat(why.reason()).isEqualTo(Reason.FAILED);
    assertThat(why).hasMessageContaining("has 2 items that answer to s/a");
    assertThat(read("keychain:?service=s&account=a&env=live")).isEqualTo(CANARY + "2");
    assertThat(source.browse("")).hasSize(2).allSatisfy(each -> read(each.toString()));
  }

  @Test
  void lockedKeyring_isRefusedWithoutWaiting_andReadAgainOnceItIsUnlocked() throws Exception {
    String item = put("item", CANARY);
    keyring.lock();

    long begin = System.nanoTime();
    assertThat(failure(item).reason()).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIME);
    assertThat(failure(item)).hasMessageContaining("locked");
    assertThat(failure("keychain:no/such").reason()).isEqualTo(Reason.UNAUTHENTICATED);

    keyring.unlock();
    assertThat(read(item)).isEqualTo(CANARY);
  }

  @Test
  void lockedKeyring_isSaidByTestAndBrowse() throws Exception {
    put("item", CANARY);
    keyring.lock();

    assertThat(catchThrowableOfType(SourceException.class, source::test).reason())
        .isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(catchThrowableOfType(SourceException.class, () -> source.browse("")).reason())
        .isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void value_ofTheGreatestLength_isRead_andALongerOneRefused() throws Exception {
    assertThat(read(put("great", "é".repeat(32 * 1024)))).hasSize(32 * 1024);
    assertThat(failure(put("greater", "é".repeat(32 * 1024) + "x")).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void changeOfAnItem_isItsVersion() throws Exception {
    SourceReference item = SourceReference.parse(put("item", CANARY));

    SourceValue value = source.read(new CredentialName("github-api"), item);

    value.bytes().close();
    assertThat(Instant.parse(value.version()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @Test
  void plainTransport_readsTheSame_whereItWasSet() throws Exception {
    String item = put("item", CANARY + "\n");
    source =
        new KeychainSource(
            keyring.bus.settings(Map.of("transport", "plain", "ttl", "5m")),
            new SecretService(keyring.bus.settings(Map.of("transport", "plain")), TIME));

    assertThat(read(item)).isEqualTo(CANARY + "\n");
  }

  @Test
  void session_isEncrypted_unlessPlainWasSet() throws Exception {
    try (BusConnection connection = BusConnection.open(keyring.bus.place(), TIME);
        BusMessage owner =
            connection.callBus(
                "GetNameOwner", "s", new BusWriter().text("org.freedesktop.secrets"))) {
      String service = owner.body("s").text();
      put("item", CANARY);
      SecretServiceCalls calls = new SecretServiceCalls(connection, service);
      String item = calls.search(new ItemName.Login("item", "bot")).getFirst();

      assertThat(sent(connection, service, item, SecretSession.encrypted(connection, service)))
          .doesNotContain(CANARY);
      assertThat(sent(connection, service, item, SecretSession.plain(connection, service)))
          .contains(CANARY);
    }
  }

  private static String sent(
      BusConnection connection, String service, String item, SecretSession session)
      throws Exception {
    BusCall call = new BusCall(item, "org.freedesktop.Secret.Item", "GetSecret");
    try (BusMessage answer =
        connection.call(service, call, "o", new BusWriter().text(session.path()))) {
      BusReader body = answer.body("(oayays)").align(8);
      body.text();
      body.bytes();
      return new String(body.bytes(), ISO_8859_1);
    }
  }
}
