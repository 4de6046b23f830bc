package io.keymantle.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptTokenTest {
  private static final URI WHERE = URI.create("https://provider.example/item");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
  private final AtomicInteger logins = new AtomicInteger();
  private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
  private boolean down;
  private final KeptToken token = new KeptToken(this::login, now::get);

  private AccessToken login() throws SourceException {
    if (down) {
      throw new SourceException(Reason.UNAVAILABLE, "down", "wait");
    }
    return reply(
        200,
        "{\"access_token\":\"t%d\",\"token_type\":\"bearer\",\"expires_in\":3600}"
            .formatted(logins.incrementAndGet()));
  }

  private AccessToken reply(int status, String body) throws SourceException {
    return AccessToken.of(answer(status, body), "the provider", now.get());
  }

  private static ProviderReply answer(int status, String body) {
    return new ProviderReply(status, Map.of(), body.getBytes(UTF_8));
  }

  private int status(int... statuses) throws SourceException {
    AtomicInteger turn = new AtomicInteger();
    try (ProviderReply reply =
        token.send(its -> {
          sent.add(its.on(ProviderRequest.get(WHERE)).headers().toString());
          return answer(statuses[Math.min(turn.getAndIncrement(), statuses.length - 1)], "");
        })) {
      return reply.status();
    }
  }

  @Test
  void token_isHadOnce_forAllWhoWait() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Integer> sending = () -> status(200);
      for (Future<Integer> each : threads.invokeAll(Collections.nCopies(20, sending))) {
        assertThat(each.get()).isEqualTo(200);
      }
    }
    assertThat(logins).hasValue(1);
    assertThat(sent).hasSize(20).containsOnly("[authorization, Bearer t1]");
  }

  @Test
  void token_isHadAnew_shortlyBeforeItsEnd() throws Exception {
    status(200);
    now.updateAndGet(then -> then.plus(Duration.ofMinutes(57)));
    status(200);
    assertThat(logins).hasValue(1);

    now.updateAndGet(then -> then.plus(Duration.ofMinutes(2)));
    status(200);

    assertThat(logins).hasValue(2);
  }

  @Test
  void token_thatIsStillGoodForAMoment_serves_whileTheLoginIsDown() throws Exception {
    status(200);
    down = true;
    now.updateAndGet(then -> then.plus(Duration.ofMinutes(59)));
    assertThat(status(200)).isEqualTo(200);

    now.updateAndGet(then -> then.plus(Duration.ofMinutes(1)));

    assertThat(catchThrowableOfType(SourceException.class, () -> status(200)).reason())
        .isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void token_thatIsRefused_isHadAnew_once() throws Exception {
    assertThat(status(401, 200)).isEqualTo(200);
    assertThat(logins).hasValue(2);

    assertThat(status(401)).isEqualTo(401);
    assertThat(logins).hasValue(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"access_token\":\"t\"}|300",
        "{\"access_token\":\"t\",\"expires_in\":\"60\",\"token_type\":\"Bearer\"}|60",
        "{\"access_token\":\"t\",\"expires_on\":\"1795255200\"}|7200",
        "{\"access_token\":\"t\",\"expires_in\":\"soon\"}|300"
      })
  void end_isRead_asProvidersSayIt(String body, long seconds) throws Exception {
    try (AccessToken found = reply(200, body)) {
      assertThat(Duration.between(now.get(), found.expires()).toSeconds()).isEqualTo(seconds);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{\"access_token\":\"\"}",
        "{\"access_token\":\"canary\",\"token_type\":\"mac\"}",
        "<html>canary</html>"
      })
  void answerWithoutABearerToken_isMalformed(String body) {
    SourceException why = catchThrowableOfType(SourceException.class, () -> reply(200, body));

    assertThat(why.reason()).isEqualTo(Reason.MALFORMED);
    assertThat(why.getMessage()).doesNotContain("canary");
  }

  @Test
  void token_isNotShown_andIsZeroed() throws Exception {
    byte[] bytes = "canary".getBytes(UTF_8);
    AccessToken held = AccessToken.of(bytes, now.get());

    assertThat(held.toString()).doesNotContain("canary");
    held.close();
    assertThat(bytes).containsOnly(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|{\"error\":\"invalid_grant\",\"error_description\":\"canary\"}|invalid_grant|UNAUTHENTICATED",
        "401|{\"error\":\"invalid_client\"}|invalid_client|UNAUTHENTICATED",
        "400|{\"error\":\"temporarily_unavailable\"}|temporarily_unavailable|UNAVAILABLE",
        "429|{\"error\":\"slow_down\"}|slow_down|THROTTLED",
        "400|{\"error\":\"a canary's error\"}|''|UNAUTHENTICATED",
        "404|<html>|''|UNAUTHENTICATED",
        "503|<html>|''|UNAVAILABLE"
      })
  void refusal_isALoginThatDoesNotCount_butForWhatPasses(
      int status, String body, String code, Reason reason) {
    assertThat(OAuthError.of(answer(status, body))).isEqualTo(new OAuthError(code, reason));
  }

  @Test
  void form_escapesAllButWhatNeedsNone() {
    assertThat(new FormBody().with("a-b_c.d~9", "é &=+/\n").with("x", "").finish())
        .asString(UTF_8)
        .isEqualTo("a-b_c.d~9=%C3%A9%20%26%3D%2B%2F%0A&x=");
  }
}
