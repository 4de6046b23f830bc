package io.keymantle.demo;

import java.util.List;
import java.util.Optional;

/// Decides whether a step held, from what the agent saw and what the services received.
final class Judge {
  private final String token;
  private final Encodings encodings;

  Judge(String token) {
    this.token = token;
    this.encodings = new Encodings(token);
  }

  /// Empty when the step held; otherwise what went wrong.
  Optional<String> objection(Step step, String seen, List<DemoApi.Received> received) {
    Optional<String> leak = encodings.foundIn(seen);
    if (leak.isPresent()) {
      return Optional.of("the agent saw the value (" + leak.get() + ")");
    }
    if (received.stream()
        .anyMatch(request -> request.host().startsWith(DemoApi.THIEF) && carriesToken(request))) {
      return Optional.of("the thief received the value");
    }
    boolean delivered = received.stream().anyMatch(this::carriesToken);
    return switch (step.expectation()) {
      case Step.Expectation.Works works -> {
        if (!delivered) {
          yield Optional.of("the service did not receive the real token");
        }
        yield seen.contains(works.agentSees())
            ? Optional.empty()
            : Optional.of("the agent did not see the answer");
      }
      case Step.Expectation.Masked masked -> {
        if (!delivered) {
          yield Optional.of("the service did not receive the real token");
        }
        yield seen.contains(masked.mask())
            ? Optional.empty()
            : Optional.of("the reply was not masked");
      }
      case Step.Expectation.Refused refused -> {
        if (delivered) {
          yield Optional.of("a service received the real token");
        }
        yield refused.codes().stream().anyMatch(seen::contains)
            ? Optional.empty()
            : Optional.of("the refusal did not say why");
      }
      case Step.Expectation.Fruitless() ->
          delivered || seen.contains("FOUND-")
              ? Optional.of("the attempt succeeded")
              : Optional.empty();
    };
  }

  private boolean carriesToken(DemoApi.Received request) {
    String all = request.authorization() + " " + request.path() + " " + request.body();
    return all.contains(token) || basicPassword(request.authorization()).contains(token);
  }

  /// What the service received, with the value itself shown as a length.
  String describe(List<DemoApi.Received> received) {
    if (received.isEmpty()) {
      return "nothing";
    }
    DemoApi.Received last = received.getLast();
    String credential =
        last.authorization().equals("Bearer " + token)
            ? "Authorization: Bearer (the real token, " + token.length() + " characters)"
            : basicPassword(last.authorization()).contains(token)
                ? "Authorization: Basic (the real token as password)"
                : "no credential";
    return last.method() + " " + shorten(last.path(), 40) + ", " + credential;
  }

  private static String basicPassword(String authorization) {
    if (!authorization.startsWith("Basic ")) {
      return "";
    }
    try {
      return new String(
          java.util.Base64.getDecoder().decode(authorization.substring(6)),
          java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  static String shorten(String text, int most) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= most ? line : line.substring(0, most - 1) + "…";
  }
}
