package io.keymantle.cli;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.sandbox.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// `run`: starts an agent with broker tokens instead of values, and ends its run with it.
final class RunCommand implements Command {
  @Override
  public CommandDescription describe() {
    return ApprovalWait.describe(
            Describe.command("run", "Run an agent with broker tokens in place of values."))
        .details(
            "The agent gets the gateway as its proxy, the local root certificate in the variables"
                + " of",
            "the usual clients, and broker tokens in the variables named; never a value. Isolated,"
                + " it",
            "runs in namespaces of its own: home, broker, other processes and every other way into"
                + " the",
            "network do not exist there. The exit status is the agent's. With KEYMANTLE_AGENT_TOKEN"
                + " the agent",
            "starts itself, as with the system service, whose admin socket its user cannot reach.")
        .option("--agent", "NAME", "The agent; may be left out when there is only one.")
        .options("--credential", "NAME=VARIABLE", "A broker token for it in this variable.")
        .option("--isolate", "WHEN", "auto (default): where the machine can; always; never.")
        .flag("--unix-sockets", "Isolated, let the agent use Unix sockets in visible folders.")
        .options(
            "--reveal", "PATH", "Isolated, keep this folder of secrets visible (such as ~/.ssh).")
        .option("--reason", "TEXT", "What it is for; people read it in the ledger.")
        .rest(0, "COMMAND", "The agent and its arguments.")
        .examples(
            "keymantle run --agent main --credential github-api=GITHUB_TOKEN -- claude",
            "keymantle run --agent main --isolate always -- bash",
            "KEYMANTLE_AGENT_TOKEN=kma_... keymantle run --credential github-api=GITHUB_TOKEN --"
                + " claude");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    List<String> command = invocation.arguments(0);
    Map<String, CredentialName> variables = new LinkedHashMap<>();
    List<String> credentials = new ArrayList<>();
    for (String text : invocation.texts("--credential")) {
      int equals = text.indexOf('=');
      CredentialName name = new CredentialName(equals < 0 ? text : text.substring(0, equals));
      if (equals >= 0) {
        variables.put(variable(text.substring(equals + 1)), name);
      }
      if (!credentials.contains(name.value())) {
        credentials.add(name.value());
      }
    }
    Optional<Isolation.Available> isolation = isolation(invocation);
    boolean byAgent = AgentClient.isWanted(invocation.terminal());
    BrokerClient broker =
        byAgent ? AgentClient.of(invocation.terminal(), invocation.home()) : invocation.admin();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("credentials", credentials);
    body.put("reason", invocation.text("--reason"));
    RunGrant grant =
        byAgent
            ? startedByAgent(invocation, broker, body, variables, isolation.isPresent())
            : startedByPerson(invocation, broker, body, variables, isolation.isPresent());
    Path folder =
        byAgent
            ? Files.createTempDirectory("keymantle-run")
            : invocation.home().run().resolve("trust");
    try (RunEnd end = new RunEnd(invocation, broker, grant)) {
      AgentEnvironment environment =
          AgentEnvironment.prepare(invocation.terminal().environment(), broker, grant, folder);
      tell(invocation, grant, environment, trust(grant.broker(), isolation.isPresent()));
      AgentProcess process =
          isolation
              .<AgentProcess>map(
                  available -> new AgentProcess.Isolated(available, invocation, grant, environment))
              .orElseGet(() -> new AgentProcess.SameUser(grant, environment));
      return end.await(process.start(command));
    } finally {
      if (byAgent) {
        delete(folder);
      }
    }
  }

  private static RunGrant startedByPerson(
      Invocation invocation,
      BrokerClient broker,
      Map<String, Object> body,
      Map<String, CredentialName> variables,
      boolean isolated)
      throws IOException {
    String agent = agent(invocation, broker);
    body.put("agent", agent);
    body.put("trust", trust(BrokerPlace.of(broker.get("/v1/status")), isolated).toString());
    JsonObject reply =
        ApprovalWait.of(invocation, broker).call(() -> broker.post("/v1/runs", body));
    return RunGrant.of(agent, reply, BrokerPlace.of(reply), variables);
  }

  /// An agent that holds its own token: the broker is another user's, or this is no person.
  private static RunGrant startedByAgent(
      Invocation invocation,
      BrokerClient broker,
      Map<String, Object> body,
      Map<String, CredentialName> variables,
      boolean isolated)
      throws IOException {
    BrokerPlace place =
        BrokerPlace.find(invocation.home())
            .orElseThrow(() ->
                RefusedException.of(
                    ErrorCode.BROKER_UNREACHABLE,
                    "no broker says where agents reach it",
                    "sudo systemctl start keymantle"));
    if (isolated) {
      requireSocket(place);
    }
    String agent = broker.get("/v1/whoami").text("agent");
    if (invocation.has("--agent") && !invocation.text("--agent").equals(agent)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "the agent token that is set (KEYMANTLE_AGENT_TOKEN) is of agent " + agent,
          "add --agent " + agent + ", or set that agent's token");
    }
    JsonObject reply =
        ApprovalWait.of(invocation, broker).call(() -> broker.post("/v1/runs", body));
    return RunGrant.of(agent, reply, place, variables);
  }

  /// Found out before anything starts: inside, a closed socket looks like a broker that is gone.
  private static void requireSocket(BrokerPlace place) {
    if (!place.isSocketOpen()) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "this user may not open the gateway's socket in " + place.gatewayFolder(),
          place.socketFix() + ", and log in again");
    }
  }

  /// What separates the agent from the broker. Root is separated from nothing.
  private static TrustLevel trust(BrokerPlace broker, boolean isolated) {
    if (isolated) {
      return TrustLevel.ISOLATED;
    }
    return "root".equals(System.getProperty("user.name")) ? TrustLevel.SAME_USER : broker.trust();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static String variable(String name) {
    boolean valid =
        !name.isEmpty()
            && !Character.isDigit(name.charAt(0))
            && name.chars()
                .allMatch(c ->
                    c == '_'
                        || (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9'));
    if (!valid) {
      throw new UsageException(
          "--credential names no variable", "--credential github-api=GITHUB_TOKEN");
    }
    return name;
  }

  private static Optional<Isolation.Available> isolation(Invocation invocation) {
    String wanted = invocation.has("--isolate") ? invocation.text("--isolate") : "auto";
    return switch (wanted) {
      case "never" -> Optional.empty();
      case "auto", "always" ->
          switch (Isolation.probe()) {
            case Isolation.Available available -> Optional.of(available);
            case Isolation.Unavailable unavailable -> {
              if (wanted.equals("always")) {
                throw unavailable.refusal();
              }
              invocation.note(
                  "cannot isolate: " + unavailable.reason() + "; fix: " + unavailable.fix());
              yield Optional.empty();
            }
          };
      default -> throw new UsageException("there is no such isolation", "--isolate auto");
    };
  }

  private static String agent(Invocation invocation, BrokerClient broker) throws IOException {
    if (invocation.has("--agent")) {
      return new AgentName(invocation.text("--agent")).value();
    }
    List<String> agents =
        broker.get("/v1/agents").objects("agents").stream()
            .filter(agent -> !agent.flag("revoked"))
            .map(agent -> agent.text("name"))
            .toList();
    if (agents.size() == 1) {
      return agents.getFirst();
    }
    throw RefusedException.of(
        ErrorCode.INVALID_REQUEST,
        agents.isEmpty() ? "there is no agent yet" : "there are several agents",
        agents.isEmpty() ? "keymantle agent add main" : "add --agent " + agents.getFirst());
  }

  private static void tell(
      Invocation invocation, RunGrant grant, AgentEnvironment environment, TrustLevel trust) {
    if (invocation.json()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("run", grant.run());
      line.put("agent", grant.agent());
      line.put("trust", trust.toString());
      line.put("removed", environment.removed());
      invocation.terminal().err().println(Json.text(line));
    } else {
      invocation.note(level(trust, grant.agent()));
      if (!environment.removed().isEmpty()) {
        invocation.note("kept out of its environment: " + String.join(", ", environment.removed()));
      }
      if (!environment.suspicious().isEmpty()) {
        invocation.note(
            "these variables look like secrets, and the agent sees them: "
                + String.join(", ", environment.suspicious())
                + "; fix: unset them, or keep them in Keymantle: keymantle credential add NAME"
                + " --source env:"
                + environment.suspicious().getFirst());
      }
    }
    invocation.terminal().flush();
  }

  private static String level(TrustLevel trust, String agent) {
    return switch (trust) {
      case ISOLATED ->
          "isolated: agent "
              + agent
              + " sees no home, no broker, no other process and no network but the gateway";
      case SEPARATE_USER ->
          "separate user: agent "
              + agent
              + " can read neither the broker's files nor its process, but reaches your files and"
              + " the network; fix: keymantle run --isolate always";
      case SAME_USER ->
          "same user: agent "
              + agent
              + " could read your files and this home, and so reach the values; nothing"
              + " keeps it from that; fix: keymantle run --isolate always";
    };
  }
}
