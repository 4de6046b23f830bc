package io.keymantle.cli;

import io.keymantle.domain.TrustLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `status`: where the broker listens and how it stands.
final class StatusCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("status", "Show where the broker listens, and how it stands.")
        .examples("keymantle status", "keymantle status --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    Optional<BrokerPlace> service = BrokerPlace.ofService();
    if (service.isPresent() && !Files.exists(invocation.home().path())) {
      return ofService(invocation, service.get());
    }
    JsonObject status = invocation.admin().get("/v1/status");
    if (invocation.json()) {
      invocation.say(Json.text(status));
      return ExitStatus.DONE;
    }
    invocation.say(
        "broker    running, version " + status.text("version") + ", process " + status.text("pid"));
    invocation.say("home      " + invocation.home().path());
    if (!status.flag("sealed")) {
      invocation.say("api       " + status.text("api"));
      invocation.say("gateway   " + status.text("gateway"));
    }
    if (!status.text("console").isEmpty()) {
      invocation.say("console   " + status.text("console"));
    }
    invocation.say("root CA   " + status.text("ca"));
    invocation.say("sealed    " + (status.flag("sealed") ? "yes: keymantle login opens it" : "no"));
    invocation.say("level     " + level(BrokerPlace.of(status).trust()));
    if (!status.text("ownerInvitation").isEmpty()) {
      invocation.say("invited   the first owner: " + status.text("ownerInvitation"));
    }
    for (String notice : status.texts("notices")) {
      invocation.say("note      " + notice);
    }
    return ExitStatus.DONE;
  }

  /// What a user without a home of its own sees: the system service's broker, which root
  /// administers.
  private static int ofService(Invocation invocation, BrokerPlace service) {
    if (invocation.json()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("api", service.api().toString());
      answer.put("gateway", service.gateway().toString());
      answer.put("ca", service.certificate().toString());
      answer.put("version", service.version());
      answer.put("trust", service.trust().toString());
      invocation.say(Json.text(answer));
      return ExitStatus.DONE;
    }
    invocation.say("broker    running as the system service, version " + service.version());
    invocation.say("api       " + service.api());
    invocation.say("gateway   " + service.gateway());
    invocation.say("root CA   " + service.certificate());
    invocation.say("level     " + level(service.trust()));
    invocation.say("note      root administers it: sudo keymantle status");
    return ExitStatus.DONE;
  }

  private static String level(TrustLevel trust) {
    return switch (trust) {
      case SEPARATE_USER ->
          "separate user: agents reach gateway and agent API only; isolated in keymantle run";
      case ISOLATED, SAME_USER -> "same user: isolated only in keymantle run";
    };
  }
}
