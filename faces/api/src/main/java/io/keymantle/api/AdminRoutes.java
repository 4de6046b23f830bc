package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.ServiceTokens;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Role;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.SealedValue;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// What a person may call, on the admin socket: everything that changes who may do what.
///
/// Guarantees: every route but `status`, `shutdown`, the intake key, the opening of a session and
/// the spending of an invitation needs a person's session and a role that may call it; an agent
/// token opens none of them, but for the end of its own run; values arrive sealed.
///
/// Not guaranteed: who connects. The listener checks that the peer is the broker's own user.
public final class AdminRoutes implements ApiHandler {
  private final BrokerPort broker;
  private final RedactionPort redaction;
  private final RouteTable table = new RouteTable();

  public AdminRoutes(
      BrokerPort broker,
      ExecPort exec,
      RedactionPort redaction,
      OpenClawPort openclaw,
      EventPort events,
      Clock clock) {
    this.broker = broker;
    this.redaction = redaction;
    table
        .add("GET", "/v1/status", this::status)
        .add("POST", "/v1/shutdown", this::shutdown)
        .add("GET", "/v1/intake-key", this::intakeKey)
        .add("POST", "/v1/backups", this::backup)
        .add("POST", "/v1/redact", this::redact);
    new SessionRoutes(this).addTo(table);
    new PeopleRoutes(this).addTo(table);
    new CatalogueRoutes(this).addTo(table);
    new AgentAdminRoutes(this).addTo(table);
    new GrantRoutes(this, exec, clock).addTo(table);
    new ApprovalRoutes(this).addTo(table);
    new WebhookRoutes(this).addTo(table);
    new SourceRoutes(this).addTo(table);
    new TokenRoutes(this).addTo(table);
    new LedgerRoutes(this).addTo(table);
    new TotpRoutes(this).addTo(table);
    new PasskeyRoutes(this).addTo(table);
    new OpenClawRoutes(this, openclaw).addTo(table);
    new ImportRoutes(this, openclaw).addTo(table);
    new EventRoutes(this, events).addTo(table);
  }

  @Override
  public ApiResponse handle(ApiRequest request) throws IOException {
    if (!request.header("origin").isEmpty()) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          "a web page may not call this",
          "call it from a program, without an Origin header");
    }
    if (isAgent(request) && !request.path().startsWith("/v1/runs/")) {
      throw notForAgents();
    }
    return table.answer(request);
  }

  private static boolean isAgent(ApiRequest request) {
    return request.bearer().startsWith("kma_") || request.connectionToken().isPresent();
  }

  private static RefusedException notForAgents() {
    return RefusedException.of(
        ErrorCode.FORBIDDEN, "an agent may not do this", "a person can, outside of keymantle run");
  }

  RouteTable table() {
    return table;
  }

  BrokerPort broker() {
    return broker;
  }

  /// The owner whose session the request carries, for what changes who may do what.
  ///
  /// @throws RefusedException with `session_required`, or `forbidden` for everybody else
  Actor.Person owner(ApiRequest request) {
    return require(request, Role.OWNER);
  }

  /// The owner or approver whose session the request carries, for what approvals need.
  ///
  /// @throws RefusedException with `session_required`, or `forbidden` for everybody else
  Actor.Person approver(ApiRequest request) {
    return require(request, Role.OWNER, Role.APPROVER);
  }

  /// Whoever may read the ledger: a person of any role, or a service with a token for it.
  ///
  /// @throws RefusedException with `session_required` or `unauthenticated`, or `forbidden` for an
  ///   agent token and for one of a service that is for something else
  void requireReader(ApiRequest request) {
    if (request.bearer().startsWith("kmw_")) {
      broker.control().tokens().require(request.bearer(), ServiceTokens.LEDGER_READ);
    } else {
      require(request, Role.values());
    }
  }

  /// A person of any role, for what is their own.
  ///
  /// @throws RefusedException with `session_required`, or `forbidden` for an agent token
  Actor.Person anybody(ApiRequest request) {
    return require(request, Role.values());
  }

  private Actor.Person require(ApiRequest request, Role... roles) {
    if (isAgent(request)) {
      throw notForAgents();
    }
    Actor.Person person = broker.control().sessions().require(request.bearer());
    if (!List.of(roles).contains(person.role())) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "an " + person.role() + " may not do this", "ask an " + Role.OWNER);
    }
    return person;
  }

  private boolean isOwner(ApiRequest request) {
    try {
      return owner(request).role() == Role.OWNER;
    } catch (RefusedException e) {
      return false;
    }
  }

  private ApiResponse status(ApiRequest request, String unused) {
    BrokerStatus status = broker.status();
    return ApiResponse.ok(
        JsonText.object(json -> {
          status.api().ifPresent(url -> json.writeStringProperty("api", url.toString()));
          status.gateway().ifPresent(url -> json.writeStringProperty("gateway", url.toString()));
          status.console().ifPresent(url -> json.writeStringProperty("console", url.toString()));
          json.writeStringProperty("gatewayFolder", status.gatewayFolder().toString());
          json.writeStringProperty("ca", status.certificate().toString());
          json.writeNumberProperty("pid", status.pid());
          json.writeStringProperty("version", status.version());
          json.writeStringProperty("trust", status.trust().toString());
          json.writeBooleanProperty("sealed", status.sealed());
          json.writeBooleanProperty("passphrase", status.passphrase());
          JsonText.texts(json, "notices", status.notices());
          if (!status.sealed()) {
            json.writeBooleanProperty("people", broker.control().people().exist());
            broker
                .control()
                .people()
                .firstOwnerInvitation()
                .filter(_ -> isOwner(request))
                .ifPresent(made -> json.writeStringProperty("ownerInvitation", made.token()));
          }
          JsonText.texts(json, "warnings", broker.warnings());
        }));
  }

  private ApiResponse shutdown(ApiRequest request, String unused) {
    // No session: who reaches this socket can end the process anyway, and ending it opens nothing.
    broker.shutdown();
    return ApiResponse.json(202, "{\"stopping\":true}");
  }

  private ApiResponse intakeKey(ApiRequest request, String unused) {
    String key = broker.intakeKey().text();
    return ApiResponse.ok(
        JsonText.object(json -> {
          json.writeStringProperty("algorithm", IntakeKey.ALGORITHM);
          json.writeStringProperty("key", key);
        }));
  }

  private ApiResponse backup(ApiRequest request, String unused) throws IOException {
    owner(request);
    JsonBody body = JsonBody.read(request, "path", "sealed");
    Path target = absolute(body.required("path"));
    Optional<SealedValue> passphrase =
        body.has("sealed") ? Optional.of(SealedValue.parse(body.text("sealed"))) : Optional.empty();
    broker.backup(target, passphrase);
    return ApiResponse.json(
        201, JsonText.object(json -> json.writeStringProperty("path", target.toString())));
  }

  static Path absolute(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw JsonBody.invalid("no file can have this path", "give another one");
    }
    throw JsonBody.invalid("the path is not absolute", "give the whole path");
  }

  private ApiResponse redact(ApiRequest request, String unused) {
    owner(request);
    return new ApiResponse.Streamed(
        200, "application/octet-stream", out -> redaction.forPerson(request.body(), out));
  }
}
