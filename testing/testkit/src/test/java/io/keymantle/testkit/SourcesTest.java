package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.SourceCodec;
import io.keymantle.control.SourceConnection;
import io.keymantle.control.Sources;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sources outside the home, as people set them up.
class SourcesTest {
  private static final CredentialName LOGIN = new CredentialName("vault-token");

  @TempDir private Path directory;
  private TestBroker broker;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Sources sources() {
    return broker.control().sources();
  }

  private static SourceConnection connection(String text) {
    return SourceCodec.read("vault-prod", text);
  }

  private static final String PLAIN =
      "{kind: 'other', settings: {address: 'https://vault.example:8200'}}";

  private ErrorCode refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().code();
  }

  private void add(CredentialName name, String rules) {
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(name, rules), broker.seal(name, "a-value-01234567"));
  }

  @Test
  void source_isThere_alsoAfterARestart_andInTheLedgerWithoutItsSettings() {
    sources().set(OWNER, connection(PLAIN));

    broker = broker.restart();

    assertThat(sources().list()).containsExactly(connection(PLAIN));
    assertThat(broker.sources().connected()).containsExactly(connection(PLAIN));
    assertThat(sources().schemes()).containsExactly("fake", "vault-prod");
    assertThat(broker.ledger().events().toString())
        .contains("vault-prod")
        .doesNotContain("vault.example");
  }

  @Test
  void unknownKind_setting_orSchemeOfTheHouse_isRefused_andNothingChanges() {
    for (String text :
        new String[] {"{kind: 'none'}", "{kind: 'other', settings: {unknown: 'x'}}"}) {
      assertThat(refusal(() -> sources().set(OWNER, connection(text))))
          .as(text)
          .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }
    for (String scheme : new String[] {"store", "fake"}) {
      assertThat(refusal(() -> sources().set(OWNER, SourceCodec.read(scheme, PLAIN))))
          .as(scheme)
          .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }
    assertThat(sources().list()).isEmpty();
  }

  @Test
  void valueInTheSettingsFile_isRefusedByItsField() {
    assertThat(
            catchThrowableOfType(
                    RefusedException.class, () -> connection("{kind: 'other', token: 'canary'}"))
                .problem()
                .line())
        .contains("token")
        .doesNotContain("canary");
  }

  @Test
  void login_isACredentialOfTheStoreThatAsksNobody() {
    String withLogin = "{kind: 'other', logins: {token: 'vault-token'}}";
    assertThat(refusal(() -> sources().set(OWNER, connection(withLogin))))
        .isEqualTo(ErrorCode.NOT_FOUND);

    add(LOGIN, "{requireTotp: true}");
    assertThat(refusal(() -> sources().set(OWNER, connection(withLogin))))
        .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    broker.control().catalogue().remove(OWNER, LOGIN);
    add(LOGIN, "{}");

    sources().set(OWNER, connection(withLogin));
    assertThat(sources().show("vault-prod").logins()).containsEntry("token", LOGIN);
    broker
        .control()
        .catalogue()
        .set(OWNER, CredentialCodec.read(LOGIN, "{approval: {totp: true}}"));
    assertThat(refusal(() -> sources().requireLogin(LOGIN)))
        .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
  }

  @Test
  void sourceThatACredentialNames_isNotTakenAway() {
    sources().set(OWNER, SourceCodec.read("other", "{}"));
    broker.control().catalogue().add(OWNER, CredentialCodec.read(GITHUB, "{source: 'other:item'}"));
    assertThat(refusal(() -> sources().remove(OWNER, "other"))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(sources().browse("other", "a/")).hasToString("[other:a/item]");

    broker.control().catalogue().remove(OWNER, GITHUB);
    sources().remove(OWNER, "other");

    assertThat(refusal(() -> sources().remove(OWNER, "other"))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refusal(() -> sources().test("other"))).isEqualTo(ErrorCode.NOT_FOUND);
  }
}
