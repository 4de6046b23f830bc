package io.keymantle.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// `keymantle demo`: the real broker and gateway in a throw-away home, a service that insists on
/// the real token, and an agent that works with broker tokens and then tries to steal the value.
final class Demo {
  private static final String TOKEN = "ghp_demo" + "Kd93mZq7RtYw2LxBv8NcHs4Jf6GaUe10Po";

  private final Terminal terminal;
  private final Path launcher;
  private int failures;
  private int number;

  Demo(Terminal terminal, Path launcher) {
    this.terminal = terminal;
    this.launcher = launcher;
  }

  /// Plays everything.
  ///
  /// @return how many steps did not hold
  int play() throws IOException, InterruptedException {
    requirePrograms();
    Path folder =
        Files.createTempDirectory(
            "keymantle-demo",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    KeymantleCommand keymantle =
        new KeymantleCommand(
            launcher, Map.of("KEYMANTLE_HOME", folder.resolve("home").toString(), "NO_COLOR", "1"));
    try (var _ =
        CleanUp.atTheEnd(() -> {
          keymantle.run("down");
          Selftest.delete(folder);
        })) {
      playIn(folder, keymantle);
    }
    return failures;
  }

  private void playIn(Path folder, KeymantleCommand keymantle)
      throws IOException, InterruptedException {
    Path service = Files.createDirectory(folder.resolve("service"));
    Path workspace = Files.createDirectory(folder.resolve("workspace"));
    Path home = folder.resolve("home");
    DemoCertificate certificate = DemoCertificate.create(service, DemoApi.HOST, DemoApi.THIEF);
    try (DemoApi api =
        DemoApi.overTls(certificate.context(), TOKEN, GitRepository.create(service))) {
      terminal.title("A broker in a throw-away home, and a service that insists on the real token");
      say(keymantle.must("init"), "keymantle init");
      setUp(keymantle, certificate, api);
      playAgent(keymantle, api, workspace, home);
      terminal.title("The audit log of all this");
      KeymantleCommand.Result verified = keymantle.run("ledger", "verify");
      check(
          "ledger verify: " + Judge.shorten(verified.all(), 100),
          verified.status() == 0 ? Optional.empty() : Optional.of("the ledger does not verify"));
    }
    conclude();
  }

  private void setUp(KeymantleCommand keymantle, DemoCertificate certificate, DemoApi api) {
    String address = ":443:127.0.0.1:" + api.port();
    say(
        keymantle.must(
            "up",
            "--gateway-port",
            "0",
            "--upstream-ca",
            certificate.pem().toString(),
            "--resolve",
            DemoApi.HOST + address,
            "--resolve",
            DemoApi.THIEF + address),
        "keymantle up");
    say(
        keymantle.must(
            TOKEN.getBytes(StandardCharsets.UTF_8),
            "credential",
            "add",
            "demo-api",
            "--destination",
            "https://" + DemoApi.HOST,
            "--agents",
            "main",
            "--methods",
            "GET,POST",
            "--paths",
            "/issues,/echo,/echo/*,/redirect,/site.git/**"),
        "printf %s \"$TOKEN\" | keymantle credential add demo-api --destination https://"
            + DemoApi.HOST
            + " --agents main …");
    say(keymantle.must("agent", "add", "main"), "keymantle agent add main");
  }

  private void playAgent(KeymantleCommand keymantle, DemoApi api, Path workspace, Path home)
      throws IOException, InterruptedException {
    List<Step> steps = new ArrayList<>(Screenplay.work());
    steps.addAll(Screenplay.attacks());
    boolean isolated =
        keymantle
                .run(
                    new byte[0],
                    workspace,
                    "run",
                    "--agent",
                    "main",
                    "--isolate",
                    "always",
                    "--",
                    "true")
                .status()
            == 0;
    if (isolated) {
      steps.addAll(Screenplay.breakouts(api.port(), home.toString()));
    }
    Step last = Screenplay.afterRevocation();
    Map<String, Step> byId = new HashMap<>();
    Stream.concat(steps.stream(), Stream.of(last)).forEach(step -> byId.put(step.id(), step));
    Files.writeString(workspace.resolve("agent.sh"), Screenplay.script(steps, last));
    terminal.line(
        "   $ keymantle run --agent main --credential demo-api=DEMO_TOKEN -- sh agent.sh");
    Process agent =
        keymantle.start(
            workspace,
            "run",
            "--agent",
            "main",
            "--isolate",
            isolated ? "always" : "never",
            "--credential",
            "demo-api=DEMO_TOKEN",
            "--",
            "sh",
            "agent.sh");
    agent.getOutputStream().close();
    Judge judge = new Judge(TOKEN);
    Refusals refusals = new Refusals(keymantle);
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder seen = new StringBuilder();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("@@begin ")) {
          announce(line.substring("@@begin ".length()), steps);
          seen.setLength(0);
        } else if (line.startsWith("@@end ")) {
          Step step = byId.remove(line.substring("@@end ".length()));
          if (step != null) {
            report(step, seen.toString(), api.received(step.id()), judge, refusals);
          }
        } else if (line.equals("@@await-revocation")) {
          terminal.title("Taken back");
          say(keymantle.must("grant", "revoke", "--all"), "keymantle grant revoke --all");
          Files.createFile(workspace.resolve("revoked"));
        } else {
          seen.append(line).append('\n');
        }
      }
    }
    agent.waitFor();
    byId.values()
        .forEach(step -> check(step.title(), Optional.of("the agent ended before this step")));
    if (!isolated) {
      terminal.line("");
      terminal.line(
          "   Not played: the attacks that only isolation stops (home, memory, other routes). This"
              + " machine has no");
      terminal.line(
          "   working bubblewrap, and an agent under the broker's own user can read that user's"
              + " files.");
      terminal.line("   Fix: apt install bubblewrap");
    }
  }

  private void announce(String id, List<Step> steps) {
    if (id.equals(steps.getFirst().id())) {
      terminal.title("The agent works, with a broker token only");
    } else if (id.equals(Screenplay.attacks().getFirst().id())) {
      terminal.title("The agent has been hijacked, and tries to steal the value");
    } else if (id.equals("read-home")) {
      terminal.title("It tries to break out of its isolation");
    }
  }

  private void report(
      Step step, String seen, List<DemoApi.Received> received, Judge judge, Refusals refusals) {
    check(step.title(), judge.objection(step, seen, received));
    refusals.of(seen).ifPresent(why -> terminal.field("blocked", Judge.shorten(why, 160)));
    terminal.field("agent saw", Judge.shorten(seen, 160));
    terminal.field("API received", judge.describe(received));
  }

  private void check(String title, Optional<String> objection) {
    number++;
    terminal.verdict(number, title, objection.isEmpty());
    objection.ifPresent(reason -> {
      failures++;
      terminal.field("because", reason);
    });
  }

  private void say(KeymantleCommand.Result result, String command) {
    terminal.line("   $ " + command);
    terminal.line("     " + Judge.shorten(result.output().lines().findFirst().orElse(""), 110));
  }

  private void conclude() {
    terminal.line("");
    terminal.line(
        failures == 0
            ? "Every step held: " + number + " of " + number + "."
            : failures + " of " + number + " steps did not hold.");
    terminal.title("For real, with your own agent");
    terminal.line("   keymantle init && keymantle up && keymantle agent add main");
    terminal.line(
        "   printf %s \"$TOKEN\" | keymantle credential add github-api --destination"
            + " https://api.github.com --agents main");
    terminal.line("   keymantle run --agent main --credential github-api=GITHUB_TOKEN -- claude");
  }

  private static void requirePrograms() {
    for (String program : List.of("curl", "git", "openssl")) {
      boolean present =
          Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      if (!present) {
        throw new IllegalStateException(
            "the demo's agent needs " + program + "; fix: apt install curl git openssl");
      }
    }
  }
}
