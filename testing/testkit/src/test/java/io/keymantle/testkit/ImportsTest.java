package io.keymantle.testkit;

import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.control.ImportOffer;
import io.keymantle.control.ImportReport;
import io.keymantle.control.ImportTerms;
import io.keymantle.control.Imports.Manner;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ImportNames;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets that people have elsewhere are moved in.
class ImportsTest {
  private static final ImportNames TEAM = new ImportNames(List.of(), "", "team/");
  private static final Manner COPY = new Manner(false, false);
  private static final Manner SPLIT = new Manner(true, false);

  @TempDir private Path directory;
  private TestBroker broker;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    broker
        .source()
        .put("team/github", "{\"token\": \"canary-1\", \"user\": \"canary-2\", \"port\": 1}");
    broker.source().put("team/plain", "canary-3");
    broker.source().keepFor("team/plain", "v7", Duration.ofHours(1));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private static ImportTerms terms(boolean rehearsal) {
    return new ImportTerms(TEAM, "{allowedAgents: ['main']}", rehearsal);
  }

  private ImportReport fromSource(ImportTerms terms, Manner manner, String... items) {
    List<SourceReference> references =
        Stream.of(items).map(item -> new SourceReference("fake", item)).toList();
    return broker.control().imports().fromSource(OWNER, references, terms, manner);
  }

  private Credential credential(String name) {
    return broker.control().catalogue().show(new CredentialName(name));
  }

  private static List<String> names(ImportReport report) {
    return report.imported().stream().map(each -> each.name().value()).toList();
  }

  @Test
  void item_becomesACredentialOfTheStore_onTheTermsGiven_withItsVersionInTheLedger() {
    ImportReport report = fromSource(terms(false), COPY, "team/plain");

    assertThat(names(report)).containsExactly("plain");
    assertThat(report.imported().getFirst().from()).isEqualTo("fake:team/plain");
    assertThat(credential("plain").source().isStore()).isTrue();
    assertThat(credential("plain").valueVersion()).isEqualTo(1);
    assertThat(credential("plain").rules().allowedAgents().toString()).isEqualTo("[main]");
    assertThat(broker.ledger().events())
        .anySatisfy(event -> {
          assertThat(event.credential()).isEqualTo("plain");
          assertThat(event.detail()).containsEntry("verb", "import_version");
          assertThat(event.detail()).containsEntry("version", "v7");
        });
  }

  @Test
  void reading_isInTheLedger_beforeItHappens() {
    broker.source().failing(Reason.FORBIDDEN, 1);

    fromSource(terms(false), COPY, "team/plain");

    assertThat(broker.ledger().events())
        .anySatisfy(event -> assertThat(event.detail()).containsEntry("verb", "import_read"));
  }

  @Test
  void itemWithMembers_becomesACredentialForEach_andWhatIsNoTextIsSaidToBeLeft() {
    ImportReport report = fromSource(terms(false), SPLIT, "team/github", "team/plain");

    assertThat(names(report)).containsExactly("github-token", "github-user", "plain");
    assertThat(report.skipped())
        .singleElement()
        .satisfies(each -> {
          assertThat(each.place()).isEqualTo("fake:team/github#port");
          assertThat(each.why()).contains("no text");
        });
  }

  @Test
  void wordsOnHowAnItemIsRead_areNoPartOfItsName() {
    broker.source().put("team/github?attribute=fields", "{\"token\": \"canary-1\"}");

    ImportReport report = fromSource(terms(true), SPLIT, "team/github?attribute=fields");

    assertThat(names(report)).containsExactly("github-token");
  }

  @Test
  void rehearsal_namesAll_andAddsNothing() {
    ImportReport report = fromSource(terms(true), SPLIT, "team/github");

    assertThat(names(report)).containsExactly("github-token", "github-user");
    assertThat(report.imported().getFirst().hasValue()).isTrue();
    assertThat(report.toString()).doesNotContain("canary");
    assertThat(broker.control().catalogue().list()).isEmpty();
  }

  @Test
  void rehearsal_ofWholeItems_readsNone() {
    fromSource(terms(true), COPY, "team/github", "team/plain");

    assertThat(broker.source().reads()).isZero();
  }

  @Test
  void linkedItem_staysInItsSource_memberAndAll() {
    fromSource(terms(false), new Manner(true, true), "team/github");

    assertThat(credential("github-token").source()).hasToString("fake:team/github#token");
    assertThat(credential("github-token").valueVersion()).isZero();
  }

  @Test
  void takenName_isLeftAsItIs_andSaid() {
    fromSource(terms(false), COPY, "team/plain");
    long version = credential("plain").valueVersion();

    ImportReport again = fromSource(terms(false), COPY, "team/plain", "team/Plain");

    assertThat(again.imported()).isEmpty();
    assertThat(again.skipped().getFirst().why()).contains("already");
    assertThat(credential("plain").valueVersion()).isEqualTo(version);
  }

  @Test
  void twoItemsOfOneName_theSecondIsLeft_andSaidWhichHasTheName() {
    broker.source().put("team/PLAIN", "canary-4");

    ImportReport report = fromSource(terms(false), COPY, "team/plain", "team/PLAIN");

    assertThat(names(report)).containsExactly("plain");
    assertThat(report.skipped().getFirst().place()).isEqualTo("fake:team/PLAIN");
    assertThat(report.skipped().getFirst().why()).contains("fake:team/plain");
  }

  @Test
  void itemThatCannotBeRead_isLeft_andTheOthersAreNot() {
    ImportReport report = fromSource(terms(false), COPY, "team/none", "team/plain");

    assertThat(names(report)).containsExactly("plain");
    assertThat(report.skipped())
        .singleElement()
        .satisfies(each -> assertThat(each.place()).isEqualTo("fake:team/none"));
  }

  @Test
  void only_picksByTheNamesThatTheyGet() {
    ImportTerms terms =
        new ImportTerms(new ImportNames(List.of("x-*token"), "x-", "team/"), "{}", false);

    assertThat(names(fromSource(terms, SPLIT, "team/github", "team/plain")))
        .containsExactly("x-github-token");
  }

  @Test
  void valueThatItsBindingCannotTake_isLeft() {
    broker.source().put("team/short", "abc");
    ImportTerms terms =
        new ImportTerms(
            TEAM,
            "{bindings: [{destination: 'https://a.example', inject: 'always', format: 'bearer'}]}",
            false);

    ImportReport report = fromSource(terms, COPY, "team/short", "team/plain");

    assertThat(names(report)).containsExactly("plain");
    assertThat(report.skipped().getFirst().why()).doesNotContain("abc");
  }

  @Test
  void terms_thatNameASource_areRefused() {
    assertThatThrownBy(() -> new ImportTerms(TEAM, "{source: 'env:X'}", false))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void offeredValue_isStored_andOpensForItsOwnNameOnly() {
    CredentialName name = new CredentialName("openai-api-key");
    CredentialName other = new CredentialName("other");
    ImportOffer right = offer(name, name);
    ImportOffer wrong = offer(other, name);

    ImportReport report = broker.control().imports().offered(OWNER, List.of(right, wrong), false);

    assertThat(names(report)).containsExactly("openai-api-key");
    assertThat(report.skipped()).hasSize(1);
  }

  private ImportOffer offer(CredentialName name, CredentialName sealedFor) {
    return new ImportOffer(
        "OPENAI_API_KEY",
        terms(false).spec(name),
        Optional.of(broker.seal(sealedFor, "canary-value")),
        true,
        "");
  }
}
