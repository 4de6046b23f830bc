package io.keymantle.cli;

import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `doctor`: looks for what keeps Keymantle from working or opens it to others, and names the fix.
final class DoctorCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("doctor", "Look for what is wrong here, and print the fix for each.")
        .details(
            "Looks at the home's permissions and file system, clock, ports, isolation, what the"
                + " usual",
            "clients trust, secrets in the environment and the working folder. Never prints a"
                + " value.",
            "Exit status 1 when there is a problem; warnings alone are 0.")
        .flag("--all", "Show what is in order, too.")
        .examples("keymantle doctor", "keymantle doctor --all --json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    List<Finding> findings = examine(invocation);
    boolean problems =
        findings.stream().anyMatch(finding -> finding.level() == Finding.Level.PROBLEM);
    if (invocation.json()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("healthy", !problems);
      answer.put("findings", findings.stream().map(Finding::members).toList());
      invocation.say(Json.text(answer));
      return problems ? ExitStatus.REFUSED : ExitStatus.DONE;
    }
    int shown = 0;
    for (Finding finding : findings) {
      boolean level = finding.check().equals(ServiceChecks.LEVEL);
      if (finding.level() == Finding.Level.OK && !level && !invocation.flag("--all")) {
        continue;
      }
      shown += level ? 0 : 1;
      invocation.say(finding.level() + "  " + finding.check() + ": " + finding.message());
      if (!finding.fix().isEmpty()) {
        invocation.say("  fix: " + finding.fix());
      }
    }
    if (shown == 0) {
      invocation.say("everything that was looked at is in order (" + findings.size() + " checks)");
    }
    return problems ? ExitStatus.REFUSED : ExitStatus.DONE;
  }

  private static List<Finding> examine(Invocation invocation) {
    HomeDirectory home = invocation.home();
    Map<String, String> environment = invocation.terminal().environment();
    List<Finding> findings = new ArrayList<>();
    Optional<BrokerPlace> service = BrokerPlace.ofService();
    JsonObject status = JsonObject.EMPTY;
    if (service.isPresent() && !Files.exists(home.path())) {
      findings.addAll(ServiceChecks.examine(service.get()));
    } else {
      findings.addAll(HomeChecks.examine(home, Path.of("/proc/self/mounts")));
      status = status(invocation, findings);
    }
    findings.addAll(
        MachineChecks.clock(
            home, Clock.systemUTC(), Files.isDirectory(Path.of("/run/systemd/system"))));
    findings.addAll(MachineChecks.ports(home, status));
    findings.addAll(PeopleChecks.examine(home, status));
    findings.add(MachineChecks.isolation());
    findings.addAll(TrustChecks.examine(home, environment, MachineChecks::output));
    findings.addAll(SecretChecks.examine(environment, Path.of("").toAbsolutePath()));
    return findings;
  }

  /// What the broker says of itself; empty when none runs.
  private static JsonObject status(Invocation invocation, List<Finding> findings) {
    try {
      JsonObject status = invocation.admin().get("/v1/status");
      findings.add(
          status.flag("sealed")
              ? Finding.problem("broker", "the home is sealed", "keymantle login")
              : Finding.ok("broker", "running, version " + status.text("version")));
      findings.add(ServiceChecks.level(BrokerPlace.of(status).trust()));
      return status;
    } catch (RefusedException e) {
      findings.add(Finding.problem("broker", e.problem().message(), e.problem().fix()));
    } catch (IOException e) {
      findings.add(
          Finding.problem("broker", "the broker does not answer", "keymantle down; keymantle up"));
    }
    return JsonObject.EMPTY;
  }
}
