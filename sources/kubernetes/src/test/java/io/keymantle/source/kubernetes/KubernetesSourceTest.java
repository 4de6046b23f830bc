package io.keymantle.source.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import io.keymantle.testkit.SourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kubernetes as any source, from inside a pod; and what its Secrets have of their own.
final class KubernetesSourceTest extends SourceContract {
  @TempDir private Path directory;
  private KubernetesFixture fixture;
  private FakeSecrets secrets;
  private KubernetesSource patient;
  private KubernetesSource source;

  @BeforeEach
  void start() throws IOException {
    fixture = new KubernetesFixture(directory);
    secrets = fixture.server.secrets;
    patient = fixture.inPod();
    source = patient;
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) throws IOException {
    fixture.server.recover();
    source = patient;
    fixture.server.tokens.add(KubernetesFixture.TOKEN);
    secrets.put("apps/" + item, "value", value);
    return "k8s:apps/" + item + "/value";
  }

  @Override
  protected String member(String reference, String key) {
    return reference + "#" + key;
  }

  @Override
  protected String version(String reference, int number) {
    throw new AssertionError("there are none");
  }

  @Override
  protected boolean hasVersions() {
    return false;
  }

  @Override
  protected void suffer(Trouble trouble) throws IOException {
    fixture.server.suffer(trouble);
    if (trouble == Trouble.HANGS) {
      fixture.timeout = Duration.ofMillis(300);
      source = fixture.inPod();
    }
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.of(FakeApiServer.AUDIT_ID);
  }

  /// As the kubelet exchanges a token.
  @Override
  protected void endLogin() throws IOException {
    fixture.server.tokens.clear();
    fixture.server.tokens.add("canary-token-2");
    Files.writeString(fixture.serviceAccount().resolve("token"), "canary-token-2");
  }

  @Test
  void allKeys_areAJsonObject_andOneOfThemIsAMember() throws Exception {
    secrets.put(
        "apps/app", Map.of("user", "bot".getBytes(UTF_8), "pass.word", CANARY.getBytes(UTF_8)));

    assertThat(read("k8s:apps/app"))
        .isIn(
            "{\"user\":\"bot\",\"pass.word\":\"" + CANARY + "\"}",
            "{\"pass.word\":\"" + CANARY + "\",\"user\":\"bot\"}");
    assertThat(read("k8s:apps/app#pass.word")).isEqualTo(CANARY);
    assertThat(read("k8s:apps/app#/pass.word")).isEqualTo(CANARY);
    assertThat(failure("k8s:apps/app#none").reason()).isEqualTo(Reason.PROPERTY_MISSING);
  }

  @Test
  void bytesThatAreNoText_areRead_butNotAsJson() throws Exception {
    secrets.put(
        "apps/bin", Map.of("key", new byte[] {0, (byte) 0xff, 7}, "text", CANARY.getBytes(UTF_8)));

    SourceValue value = KubernetesFixture.value(source, "k8s:apps/bin/key");
    assertThat(value.bytes().length()).isEqualTo(3);
    value.bytes().close();
    assertThat(failure("k8s:apps/bin").fix()).contains("apps/bin/KEY");
    assertThat(read("k8s:apps/bin#text")).isEqualTo(CANARY);
  }

  @Test
  void valueThatIsNoBase64_isMalformed() {
    secrets.putRaw("apps/raw", "key", "!canary!");

    assertThat(failure("k8s:apps/raw/key").reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void emptyValue_andASecretWithoutAny_areSaid() throws Exception {
    secrets.put("apps/app", "empty", "");
    secrets.put("apps/none", Map.of());

    assertThat(failure("k8s:apps/app/empty").reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(failure("k8s:apps/none/key").reason()).isEqualTo(Reason.PROPERTY_MISSING);
  }

  @Test
  void ledger_hasObjectAndState() throws Exception {
    String item = put("app", CANARY);
    SourceValue first = KubernetesFixture.value(source, item);
    put("app", CANARY + "2");
    SourceValue second = KubernetesFixture.value(source, item);
    first.bytes().close();
    second.bytes().close();

    assertThat(first.version()).matches("uid-of-app/\\d+");
    assertThat(second.version()).matches("uid-of-app/\\d+").isNotEqualTo(first.version());
    assertThat(first.goodFor()).isEmpty();
  }

  @Test
  void forbidden_saysWhatWouldAllowIt() throws Exception {
    String item = put("app", CANARY);
    suffer(Trouble.FORBIDS);

    assertThat(failure(item).fix())
        .contains("--verb=get", "--resource-name=app", "--namespace=apps");
  }

  @Test
  void addressThatIsNoApiServer_isNotTakenForAMissingSecret() throws Exception {
    try (KubernetesFixture other =
        new KubernetesFixture(Files.createDirectory(directory.resolve("o")))) {
      KubernetesSource below =
          other.source(
              Map.of("address", other.server.address() + "/proxy", "ca", other.ca.toString()),
              Map.of("token", KubernetesFixture.TOKEN),
              Map.of());
      SourceException why = KubernetesFixture.failure(below, "k8s:apps/app/key");
      assertThat(why.reason()).isEqualTo(Reason.FAILED);
      assertThat(why.fix()).contains("address");
    }
  }

  @Test
  void names_areListed_pageByPage_inMetadataOnly() throws Exception {
    for (int i = 0; i < SecretNames.PAGE * 2 + 5; i++) {
      put("name-" + i, CANARY);
    }
    secrets.put("other/two", "key", CANARY);

    assertThat(source.browse("")).hasSize(SecretNames.PAGE * 2 + 6);
    assertThat(source.browse("other/")).hasToString("[k8s:other/two]");
    assertThat(source.browse("oth")).hasToString("[k8s:other/two]");
    assertThat(source.browse("apps/name-20")).hasSize(6);
    assertThat(fixture.server.calls)
        .allMatch(call -> call.accept().contains("as=PartialObjectMetadataList"));
    assertThatThrownBy(() -> source.browse("../x")).isInstanceOf(SourceException.class);
  }

  @Test
  void serverThatGivesWholeSecrets_isListedWithoutTheirValues() throws Exception {
    secrets.givesAll = true;
    put("app", CANARY);

    assertThat(source.browse("")).hasToString("[k8s:apps/app]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void listThatExpiresBetweenPages_isGoneOnWith_orBegunAnew(boolean saysHow) throws Exception {
    for (int i = 0; i < SecretNames.PAGE + 5; i++) {
      put("name-" + i, CANARY);
    }
    secrets.saysHowToGoOn = saysHow;
    secrets.expiredPages.set(2);

    assertThat(source.browse("")).hasSize(SecretNames.PAGE + 5);
  }

  @Test
  void identityOfOneNamespace_listsAndTestsWithoutTheWholeCluster() throws Exception {
    put("app", CANARY);
    secrets.put("other/two", "key", CANARY);
    secrets.onlyNamespace = Optional.of("apps");

    assertThat(source.browse("")).as("its own").hasToString("[k8s:apps/app]");
    assertThat(source.browse("apps")).hasToString("[k8s:apps/app]");
    assertThat(catchThrowableOfType(SourceException.class, () -> source.browse("other/")).reason())
        .isEqualTo(Reason.FORBIDDEN);
    source.test();
    suffer(Trouble.FORBIDS);
    source.test();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app",
        "apps/",
        "apps/app/",
        "apps/app/key/more",
        "Apps/app/key",
        "apps/../secrets/key",
        "apps/a%2fb/key",
        "apps/app/ke y",
        "apps/app/key#",
        "apps/app/key?version=1"
      })
  void reference_thatIsNone_isRefusedWithTheForm(String locator) {
    assertThat(
            catchThrowableOfType(
                    RefusedException.class, () -> source.check(new SourceReference("k8s", locator)))
                .problem()
                .fix())
        .contains("k8s:NAMESPACE/NAME/KEY");
    assertThat(fixture.server.calls).isEmpty();
  }
}
