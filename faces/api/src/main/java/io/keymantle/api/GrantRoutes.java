package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Control;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.Requester;
import io.keymantle.control.StartedRun;
import io.keymantle.control.StoredGrant;
import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs, and grants as a person sees them.
final class GrantRoutes {
  private final AdminRoutes admin;
  private final ExecPort exec;
  private final Clock clock;

  GrantRoutes(AdminRoutes admin, ExecPort exec, Clock clock) {
    this.admin = admin;
    this.exec = exec;
    this.clock = clock;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/grants", this::list)
        .add("DELETE", "/v1/grants", this::revoke)
        .add("POST", "/v1/grants/validate", this::validate)
        .add("POST", "/v1/requests", this::request)
        .add("GET", "/v1/runs", this::runs)
        .add("POST", "/v1/runs", this::start)
        .add("DELETE", "/v1/runs/{run}", this::end)
        .add("POST", "/v1/exec", this::exec);
  }

  private Control control() {
    return admin.broker().control();
  }

  private ApiResponse list(ApiRequest request, String unused) {
    admin.approver(request);
    boolean liveOnly = "true".equals(request.query().get("live"));
    Instant now = clock.instant();
    List<StoredGrant> grants =
        control().grants().list().stream()
            .filter(each -> !liveOnly || Views.state(each, now).equals("live"))
            .toList();
    return ApiResponse.ok(
        JsonText.list("grants", grants, (json, each) -> Views.grant(json, each, now)));
  }

  private ApiResponse revoke(ApiRequest request, String unused) {
    Actor.Person person = admin.owner(request);
    int revoked = control().grants().revoke(person, selector(request.query()));
    return ApiResponse.ok(JsonText.object(json -> json.writeNumberProperty("revoked", revoked)));
  }

  private static GrantSelector selector(Map<String, String> query) {
    if (query.size() == 1) {
      Map.Entry<String, String> only = query.entrySet().iterator().next();
      String value = only.getValue();
      switch (only.getKey()) {
        case "grant" -> {
          return new GrantSelector.ById(new GrantId(value));
        }
        case "agent" -> {
          return new GrantSelector.ByAgent(new AgentName(value));
        }
        case "credential" -> {
          return new GrantSelector.ByCredential(new CredentialName(value));
        }
        case "all" -> {
          if (value.equals("true")) {
            return new GrantSelector.All();
          }
        }
        default -> {}
      }
    }
    throw JsonBody.invalid(
        "what to revoke is not named",
        "use one of ?grant=ID, ?agent=NAME, ?credential=NAME and ?all=true");
  }

  private ApiResponse validate(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "token");
    return ValidityAnswer.of(control().grants().validate(person, body.required("token")));
  }

  /// A person asks for an agent; the rules are those for the agent itself.
  private ApiResponse request(ApiRequest request, String unused) throws IOException {
    admin.owner(request);
    JsonBody body = JsonBody.read(request, "agent", "credential", "reason", "wait");
    AgentName name = new AgentName(body.required("agent"));
    Requester requester = new Requester(agent(name), TrustLevel.SAME_USER, Optional.empty());
    return GrantAnswer.to(control(), requester, body);
  }

  private Agent agent(AgentName name) {
    return control().agents().list().stream()
        .filter(each -> each.name().equals(name) && !each.revoked())
        .findFirst()
        .orElseThrow(() ->
            RefusedException.of(
                ErrorCode.NOT_FOUND, "there is no agent " + name, "keymantle agent add " + name));
  }

  private ApiResponse runs(ApiRequest request, String unused) {
    admin.approver(request);
    return ApiResponse.ok(
        JsonText.list(
            "runs",
            control().runs().list(),
            (json, run) -> {
              json.writeStringProperty("run", run.id());
              json.writeStringProperty("agent", run.agent().value());
              json.writeStringProperty("trust", run.trust().toString());
              json.writeStringProperty("startedAt", run.startedAt().toString());
            }));
  }

  private ApiResponse start(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "agent", "trust", "credentials", "reason");
    AgentName name = new AgentName(body.required("agent"));
    List<CredentialName> credentials =
        body.texts("credentials").stream().map(CredentialName::new).toList();
    StartedRun started =
        control().runs().start(person, name, trust(body), credentials, body.text("reason"));
    BrokerStatus status = admin.broker().status();
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          Views.started(json, started);
          status.api().ifPresent(url -> json.writeStringProperty("api", url.toString()));
          status.gateway().ifPresent(url -> json.writeStringProperty("gateway", url.toString()));
          json.writeStringProperty("gatewayFolder", status.gatewayFolder().toString());
          json.writeStringProperty("ca", status.certificate().toString());
        }));
  }

  private static TrustLevel trust(JsonBody body) {
    return switch (body.required("trust")) {
      case "isolated" -> TrustLevel.ISOLATED;
      case "separate-user" -> TrustLevel.SEPARATE_USER;
      case "same-user" -> TrustLevel.SAME_USER;
      default ->
          throw JsonBody.invalid(
              "there is no such trust level", "use isolated, separate-user or same-user");
    };
  }

  private ApiResponse end(ApiRequest request, String run) {
    // The run is a person's, and may have outlived the session that it was started in: the run's
    // own token ends it as well.
    if (request.bearer().startsWith("kma_")) {
      AgentRoutes.endOwn(control(), control().agents().authenticate(request.bearer()), run);
    } else {
      control().runs().end(admin.owner(request), run);
    }
    return ApiResponse.ok("{\"ended\":true}");
  }

  /// A person calls a command for an agent, in a run of its own that ends with the call.
  private ApiResponse exec(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body =
        JsonBody.read(
            request, "agent", "token", "credential", "reason", "command", "environment", "stdin");
    if (body.has("token") == body.has("credential")) {
      throw JsonBody.invalid("a call needs a token or a credential, and not both", "add \"token\"");
    }
    List<String> command = ExecAnswer.command(body);
    ByteBuffer stdin = ExecAnswer.stdin(body);
    List<CredentialName> credentials =
        body.has("credential") ? List.of(new CredentialName(body.text("credential"))) : List.of();
    AgentName agent = new AgentName(body.required("agent"));
    Map<String, String> environment = body.textMap("environment");
    String given = body.has("token") ? BrokerToken.parse(body.text("token")).value() : "";
    StartedRun run =
        control()
            .runs()
            .start(person, agent, TrustLevel.SAME_USER, credentials, body.text("reason"));
    String token = given.isEmpty() ? run.grants().getFirst().token().value() : given;
    ExecPort.Call call = new ExecPort.Call(run.token(), token, command, environment, stdin);
    return ExecAnswer.stream(exec, call, () -> control().runs().end(person, run.run().id()));
  }
}
