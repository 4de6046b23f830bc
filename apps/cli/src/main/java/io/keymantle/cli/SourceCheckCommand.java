package io.keymantle.cli;

import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `source check`: tests every source.
final class SourceCheckCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("source check", "Test every source, and say which cannot be used.")
        .details("Exit status 1 when one cannot.")
        .examples("keymantle source check", "keymantle source check --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    AdminClient broker = invocation.admin();
    List<Map<String, Object>> checked = new ArrayList<>();
    boolean good = true;
    for (JsonObject source : broker.get("/v1/sources").objects("sources")) {
      String name = source.text("name");
      Map<String, Object> one = new LinkedHashMap<>(Map.of("name", name, "problem", ""));
      try {
        broker.post("/v1/sources/" + name + "/test", Map.of());
      } catch (RefusedException e) {
        one.put("problem", e.problem().line());
        good = false;
      }
      checked.add(one);
      if (!invocation.json()) {
        Object problem = one.get("problem");
        invocation.say(name + ": " + ("".equals(problem) ? "ok" : problem));
      }
    }
    if (invocation.json()) {
      invocation.say(Json.text(Map.of("sources", checked)));
    }
    return good ? ExitStatus.DONE : ExitStatus.REFUSED;
  }
}
