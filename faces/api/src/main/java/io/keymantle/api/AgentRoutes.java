package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Approval;
import io.keymantle.control.Control;
import io.keymantle.control.Requester;
import io.keymantle.control.StartedRun;
import io.keymantle.control.StoredToken;
import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// What an agent may call: who am I, what may I ask for, ask for it, start and end a run of mine,
/// use it in a command, redact.
///
/// Guarantees: every route needs an agent token; none changes rules, credentials or agents; a
/// request from a web page is refused, and so is one under another host name than the listener's.
public final class AgentRoutes implements ApiHandler {
  /// The one path that takes the token of a service instead of an agent's.
  private static final String SERVICE_TOKEN = "/v1/token";

  private final Control control;
  private final ExecPort exec;
  private final RedactionPort redaction;
  private final RouteTable table = new RouteTable();

  public AgentRoutes(Control control, ExecPort exec, RedactionPort redaction) {
    this.control = control;
    this.exec = exec;
    this.redaction = redaction;
    table
        .add("GET", "/v1/whoami", this::whoami)
        .add("GET", SERVICE_TOKEN, this::serviceToken)
        .add("GET", "/v1/credentials", this::credentials)
        .add("POST", "/v1/requests", this::request)
        .add("GET", "/v1/approvals/{id}", this::approval)
        .add("DELETE", "/v1/approvals/{id}", this::cancel)
        .add("POST", "/v1/runs", this::start)
        .add("DELETE", "/v1/runs/{run}", this::end)
        .add("POST", "/v1/grants/validate", this::validate)
        .add("POST", "/v1/exec", this::exec)
        .add("POST", "/v1/redact", this::redact);
  }

  @Override
  public ApiResponse handle(ApiRequest request) throws IOException {
    if (!request.header("origin").isEmpty()) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "a web page may not call this",
          "call it from a program, without an Origin header");
    }
    if (request.path().equals(SERVICE_TOKEN) && request.connectionToken().isEmpty()) {
      return table.answer(request);
    }
    // Before the path is looked at: who has no token learns nothing, not even what exists.
    caller(request);
    return table.answer(request);
  }

  RouteTable table() {
    return table;
  }

  private static String token(ApiRequest request) {
    // The token of a connection speaks for everything that comes through it.
    return request.connectionToken().orElseGet(request::bearer);
  }

  private Requester caller(ApiRequest request) {
    return control.agents().authenticate(token(request));
  }

  /// What the bearer token of a service is for: how services check each other's.
  private ApiResponse serviceToken(ApiRequest request, String unused) {
    StoredToken token = control.tokens().check(token(request));
    return ApiResponse.ok(JsonText.object(json -> TokenRoutes.write(json, token)));
  }

  private ApiResponse whoami(ApiRequest request, String unused) {
    Requester caller = caller(request);
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeStringProperty("agent", caller.agent().name().value());
          json.writeStringProperty("trust", caller.trust().toString());
          caller.run().ifPresent(run -> json.writeStringProperty("run", run));
        }));
  }

  private ApiResponse credentials(ApiRequest request, String unused) {
    Requester caller = caller(request);
    return ApiResponse.ok(
        JsonText.list(
            "credentials",
            control.catalogue().namesFor(caller.agent().name()),
            (json, name) -> json.writeStringProperty("name", name.value())));
  }

  private ApiResponse request(ApiRequest request, String unused) throws IOException {
    JsonBody body = JsonBody.read(request, "credential", "reason", "wait");
    return GrantAnswer.to(control, caller(request), body);
  }

  private ApiResponse approval(ApiRequest request, String id) {
    Approval approval =
        control.approvals().showTo(caller(request).agent().name(), new ApprovalId(id));
    Approval now =
        GrantAnswer.awaited(
            control.approvals(), approval, request.query().getOrDefault("wait", ""));
    return ApiResponse.ok(JsonText.object(json -> ApprovalViews.forAgent(json, now)));
  }

  private ApiResponse cancel(ApiRequest request, String id) {
    control.approvals().cancel(caller(request).agent().name(), new ApprovalId(id));
    return ApiResponse.ok("{\"cancelled\":true}");
  }

  /// An agent that holds its own token, as with a broker of another user, starts a run of itself:
  /// what it then holds ends with the run. What the run says of its isolation is the agent's word,
  /// so the broker's own level is recorded.
  private ApiResponse start(ApiRequest request, String unused) throws IOException {
    Requester caller = caller(request);
    if (caller.run().isPresent()) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "a run cannot start another, which would outlive it",
          "start it from outside");
    }
    JsonBody body = JsonBody.read(request, "credentials", "reason");
    List<CredentialName> credentials =
        body.texts("credentials").stream().map(CredentialName::new).toList();
    Actor actor = new Actor.AgentActor(caller.agent().name());
    StartedRun started =
        control
            .runs()
            .start(actor, caller.agent().name(), caller.trust(), credentials, body.text("reason"));
    return ApiResponse.json(201, JsonText.object(json -> Views.started(json, started)));
  }

  private ApiResponse end(ApiRequest request, String run) {
    endOwn(control, caller(request), run);
    return ApiResponse.ok("{\"ended\":true}");
  }

  /// Ends the run that the caller's token is of.
  static void endOwn(Control control, Requester caller, String run) {
    if (!caller.run().equals(Optional.of(run))) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "an agent may end its own run only", "end your own");
    }
    control.runs().end(new Actor.AgentActor(caller.agent().name()), run);
  }

  private ApiResponse validate(ApiRequest request, String unused) throws IOException {
    JsonBody body = JsonBody.read(request, "token");
    return ValidityAnswer.of(control.grants().validate(caller(request), body.required("token")));
  }

  private ApiResponse exec(ApiRequest request, String unused) throws IOException {
    JsonBody body =
        JsonBody.read(request, "token", "credential", "reason", "command", "environment", "stdin");
    if (body.has("token") == body.has("credential")) {
      throw JsonBody.invalid("a call needs a token or a credential, and not both", "add \"token\"");
    }
    var command = ExecAnswer.command(body);
    ByteBuffer stdin = ExecAnswer.stdin(body);
    BrokerToken broker =
        body.has("token")
            ? BrokerToken.parse(body.text("token"))
            : control
                .grants()
                .request(
                    caller(request),
                    new CredentialName(body.text("credential")),
                    body.text("reason"))
                .token();
    ExecPort.Call call =
        new ExecPort.Call(
            token(request), broker.value(), command, body.textMap("environment"), stdin);
    return ExecAnswer.stream(exec, call, () -> {});
  }

  private ApiResponse redact(ApiRequest request, String unused) {
    String token = token(request);
    return new ApiResponse.Streamed(
        200, "application/octet-stream", out -> redaction.forAgent(token, request.body(), out));
  }
}
