package io.keymantle.source.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsSecretsManagerTest extends AwsSourceTest {
  @Override
  SecretSource make(SourceSettings settings, Clock clock, Duration timeout) {
    return new AwsSecretsManagerSource(settings, clock, timeout);
  }

  @Override
  protected String put(String item, String value) throws IOException {
    aws().server().recover();
    aws().items().put("app/" + item, value);
    return "aws:app/" + item;
  }

  @Override
  protected String version(String reference, int number) {
    return reference + "?version=" + FakeAwsItems.versionId(number);
  }

  @Test
  void stage_before_isRead() throws Exception {
    put("item", CANARY + "1");
    String item = put("item", CANARY + "2");

    assertThat(read(item + "?stage=AWSPREVIOUS")).isEqualTo(CANARY + "1");
    assertThat(read(item + "?stage=AWSCURRENT")).isEqualTo(CANARY + "2");
    assertThat(failure(item + "?stage=none").reason()).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void binarySecret_isDecoded_alsoForAMember() throws Exception {
    String text = "{\"key\":\"" + CANARY + "\"}";
    aws()
        .items()
        .putBinary(
            "bin", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));

    assertThat(read("aws:bin")).isEqualTo(text);
    assertThat(read("aws:bin#key")).isEqualTo(CANARY);
  }

  @Test
  void binarySecret_thatIsNoBase64_isRefused() {
    aws().items().putBinary("bin", "!canary!");

    assertThat(failure("aws:bin").reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void browse_underABeginning_listsOnlyWhatIsUnderIt() throws Exception {
    put("one", CANARY);
    aws().items().put("other/two", CANARY);

    assertThat(source().browse("app/")).containsExactly(new SourceReference("aws", "app/one"));
  }

  @Test
  void test_ofAnIdentityThatMayNotList_isALogin() throws Exception {
    suffer(Trouble.FORBIDS);

    source().test();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws:",
        "aws:a b",
        "aws:a?",
        "aws:a?version=",
        "aws:a?label=x",
        "aws:a#",
        "aws:a?stage=x y"
      })
  void reference_thatIsNone_isRefused(String reference) {
    assertThatThrownBy(() -> source().check(SourceReference.parse(reference)))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void settings_thatWouldSendSecretsInTheClear_areRefused() {
    SourceSettings settings =
        new SourceSettings(
            "aws",
            Map.of("region", FakeAws.REGION, "endpoint", "http://aws.example"),
            Map.of(),
            Map.of());

    assertThatThrownBy(() -> new AwsSecretsManagerSource(settings, Clock.systemUTC()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("not https");
  }

  @Test
  void settings_withoutARegion_areRefused() {
    assertThatThrownBy(() ->
            new AwsSecretsManagerSource(SourceSettings.ambient("aws", Map.of()), Clock.systemUTC()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("region");
  }

  @Test
  void setting_thatIsUnknown_isRefused() {
    assertThatThrownBy(() -> make(settings(Map.of("regoin", "x"))))
        .isInstanceOf(RefusedException.class);
  }
}
