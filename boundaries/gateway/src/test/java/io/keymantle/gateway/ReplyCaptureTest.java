package io.keymantle.gateway;

import static io.keymantle.gateway.ReplyFixture.VALUE;
import static io.keymantle.gateway.ReplyFixture.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Surface;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplyCaptureTest {
  private static final String JSON = "Content-Type: application/json";
  private static final String NEW = "new-Access-token-12345";

  private final ReplyFixture fixture = new ReplyFixture();

  @BeforeEach
  void bind() {
    NetworkBinding binding =
        new NetworkBinding(
            SubstitutionFixture.API,
            Set.of(),
            List.of(),
            Surface.DEFAULT,
            new Injection.ReplaceToken(),
            1,
            List.of(),
            List.of("/access_token", "/nested/refresh_token"));
    String token = fixture.broker.grant("oauth", VALUE, binding);
    fixture.uses = List.of(new Substitution.Use(fixture.broker.liveGrant(token), binding));
  }

  private @Nullable ErrorCode refusal(ReplyHead head, String body) {
    try {
      fixture.reply(head, body);
      return null;
    } catch (RefusedException refused) {
      assertThat(refused.getMessage()).doesNotContain(NEW);
      return refused.problem().code();
    }
  }

  @Test
  void reply_withNewSecrets_showsBrokerTokensAndKeepsTheRest() {
    String body =
        "{ \"access_token\" : \"%s\", \"expires_in\":3600,"
            + "\"nested\":{\"refresh_token\":\"r\\u00e9-fresh\\/1\"}, \"echo\":\"%s %s\"}";

    var seen = fixture.reply(head(200, "OK", JSON, "X-T: " + NEW), body.formatted(NEW, NEW, VALUE));

    assertThat(seen.text())
        .isEqualTo(
            body.replace("r\\u00e9-fresh\\/1", SubstitutionFixture.token(101))
                .formatted(
                    SubstitutionFixture.token(100),
                    "[redacted:captured]",
                    "[redacted:github-api]"));
    assertThat(seen.head()).contains("X-T: [redacted:captured]").doesNotContain(NEW);
    assertThat(fixture.broker.captured.get("/access_token")).isEqualTo(NEW.getBytes(ISO_8859_1));
    assertThat(fixture.broker.captured.get("/nested/refresh_token"))
        .isEqualTo("r\u00c3\u00a9-fresh/1".getBytes(ISO_8859_1));
  }

  @Test
  void reply_compressed_isCapturedToo() {
    String body = "{\"access_token\":\"" + NEW + "\"}";
    byte[] gzip = ReplyFixture.encoded("gzip", body.getBytes(ISO_8859_1));

    var seen = fixture.reply(head(200, "OK", JSON, "Content-Encoding: gzip"), gzip, 3);

    assertThat(seen.text())
        .isEqualTo("{\"access_token\":\"" + SubstitutionFixture.token(100) + "\"}");
  }

  @CsvSource({
    "text/plain,access_token=NEW",
    "application/x-www-form-urlencoded,access_token=NEW&scope=repo",
    "application/json,'{\"access_token\":\"NEW\"'",
    "application/json,'{\"access_token\":\"x\",\"access_token\":\"NEW\"}'",
    "application/json,'{\"access_token\":{\"v\":\"NEW\"}}'",
    "application/json,'{\"access_token\":12345}'",
    "application/json,'[1] {\"access_token\":\"NEW\"}'"
  })
  @ParameterizedTest
  void reply_thatCannotBeCaptured_isRefused(String type, String body) {
    assertThat(refusal(head(200, "OK", "Content-Type: " + type), body.replace("NEW", NEW)))
        .isEqualTo(ErrorCode.REPLY_UNREADABLE);
  }

  @Test
  void reply_whoseSecretCannotBeStored_isRefused() {
    fixture.broker.captureFails = true;

    assertThat(refusal(head(200, "OK", JSON), "{\"access_token\":\"" + NEW + "\"}"))
        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
  }

  @Test
  void reply_longerThanTheLimit_isRefused() {
    String tail = " ".repeat(10_000 - 22);

    assertThat(refusal(head(200, "OK", JSON), "{\"access_token\":\"abc\"}" + tail)).isNull();
    assertThat(refusal(head(200, "OK", JSON), "{\"access_token\":\"abc\"}" + tail + " "))
        .isEqualTo(ErrorCode.REPLY_TOO_LARGE);
  }

  @Test
  void reply_withAnError_isNotCaptured() {
    var seen = fixture.reply(head(400, "Bad Request", JSON), "{\"access_token\":\"plain\"}");

    assertThat(seen.text()).isEqualTo("{\"access_token\":\"plain\"}");
  }

  @Test
  void reply_withoutTheFields_passes() {
    assertThat(fixture.reply(head(200, "OK", JSON), "{\"access_token\":null,\"a\":1}").text())
        .isEqualTo("{\"access_token\":null,\"a\":1}");
    assertThat(fixture.reply(head(200, "OK"), "").text()).isEmpty();
  }
}
