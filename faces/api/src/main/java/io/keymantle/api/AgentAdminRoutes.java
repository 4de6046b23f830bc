package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Agents;
import io.keymantle.control.NewAgent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/// The agents of a home.
final class AgentAdminRoutes {
  private final AdminRoutes admin;

  AgentAdminRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/agents", this::list)
        .add("POST", "/v1/agents", this::add)
        .add("DELETE", "/v1/agents/{name}", this::revoke);
  }

  private Agents agents() {
    return admin.broker().control().agents();
  }

  private ApiResponse list(ApiRequest request, String unused) {
    admin.approver(request);
    return ApiResponse.ok(JsonText.list("agents", agents().list(), Views::agent));
  }

  private ApiResponse add(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "name", "egress");
    AgentName name = new AgentName(body.required("name"));
    EgressPolicy egress = egress(body.object("egress", "mode", "allow", "tunnel"));
    NewAgent added = agents().add(person, name, egress);
    return ApiResponse.json(
        201,
        JsonText.object(json -> {
          Views.agent(json, added.agent());
          json.writeStringProperty("token", added.token());
        }));
  }

  private static EgressPolicy egress(JsonBody body) {
    EgressPolicy.Mode mode =
        switch (body.has("mode") ? body.text("mode") : "allow-listed") {
          case "deny" -> EgressPolicy.Mode.DENY;
          case "allow-listed" -> EgressPolicy.Mode.ALLOW_LISTED;
          case "open" -> EgressPolicy.Mode.OPEN;
          default ->
              throw JsonBody.invalid(
                  "there is no such egress mode", "use deny, allow-listed or open");
        };
    return new EgressPolicy(mode, destinations(body, "allow"), destinations(body, "tunnel"));
  }

  private static Set<Destination> destinations(JsonBody body, String member) {
    return body.texts(member).stream().map(Destination::parse).collect(Collectors.toSet());
  }

  private ApiResponse revoke(ApiRequest request, String name) {
    Actor.Person person = admin.owner(request);
    agents().revoke(person, new AgentName(name));
    return ApiResponse.ok("{\"revoked\":true}");
  }
}
