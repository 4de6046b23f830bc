package io.keymantle.api;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.control.Actor;
import io.keymantle.control.People;
import io.keymantle.control.SessionKind;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import io.keymantle.testkit.MemoryStores;
import io.keymantle.testkit.TestBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may call what, in a home with accounts: every route of the admin API against nobody, an
/// agent, and a person of each role. A route that is not in the table fails the test.
final class RolesTest {
  private static final String PASSWORD = "staple battery 42";

  /// Nothing but the caller's presence is asked for.
  private static final Set<Role> ANYBODY = Set.of();

  private static final Set<Role> OWNER = Set.of(Role.OWNER);
  private static final Set<Role> APPROVER = Set.of(Role.OWNER, Role.APPROVER);
  private static final Set<Role> PERSON = Set.of(Role.values());

  private static final Map<String, Set<Role>> ROUTES =
      Map.ofEntries(
          entry("GET /v1/status", ANYBODY),
          entry("POST /v1/shutdown", ANYBODY),
          entry("GET /v1/intake-key", ANYBODY),
          entry("POST /v1/sessions", ANYBODY),
          entry("POST /v1/setup", ANYBODY),
          entry("GET /v1/sessions/current", PERSON),
          entry("DELETE /v1/sessions/current", PERSON),
          entry("POST /v1/me/password", PERSON),
          entry("GET /v1/me/totp", PERSON),
          entry("POST /v1/me/totp", PERSON),
          entry("POST /v1/me/totp/confirm", PERSON),
          entry("DELETE /v1/me/totp", PERSON),
          entry("POST /v1/me/recovery-codes", PERSON),
          entry("GET /v1/me/passkeys", PERSON),
          entry("POST /v1/me/passkeys", PERSON),
          entry("DELETE /v1/me/passkeys/{id}", PERSON),
          entry("POST /v1/passkey-challenges", ANYBODY),
          entry("GET /v1/webhooks", OWNER),
          entry("GET /v1/sources", APPROVER),
          entry("GET /v1/sources/{name}", OWNER),
          entry("PUT /v1/sources/{name}", OWNER),
          entry("DELETE /v1/sources/{name}", OWNER),
          entry("POST /v1/sources/{name}/test", OWNER),
          entry("GET /v1/sources/{name}/items", OWNER),
          entry("GET /v1/tokens", OWNER),
          entry("POST /v1/tokens", OWNER),
          entry("POST /v1/tokens/{name}/rotate", OWNER),
          entry("DELETE /v1/tokens/{name}", OWNER),
          entry("POST /v1/webhooks", OWNER),
          entry("DELETE /v1/webhooks", OWNER),
          entry("GET /v1/events", PERSON),
          entry("GET /v1/ledger", PERSON),
          entry("GET /v1/ledger/checkpoint", PERSON),
          entry("GET /v1/ledger/proof", PERSON),
          entry("GET /v1/ledger/export", PERSON),
          entry("GET /v1/credentials", APPROVER),
          entry("GET /v1/credentials/{name}", APPROVER),
          entry("GET /v1/approvals", APPROVER),
          entry("GET /v1/approvals/{id}", APPROVER),
          entry("POST /v1/approvals/{id}/challenges", APPROVER),
          entry("POST /v1/approvals/{id}/votes", APPROVER),
          entry("GET /v1/agents", APPROVER),
          entry("GET /v1/grants", APPROVER),
          entry("GET /v1/runs", APPROVER),
          entry("POST /v1/backups", OWNER),
          entry("POST /v1/redact", OWNER),
          entry("GET /v1/people", OWNER),
          entry("POST /v1/people", OWNER),
          entry("PATCH /v1/people/{name}", OWNER),
          entry("DELETE /v1/people/{name}", OWNER),
          entry("POST /v1/people/{name}/reset", OWNER),
          entry("POST /v1/credentials", OWNER),
          entry("PUT /v1/credentials/{name}", OWNER),
          entry("PATCH /v1/credentials/{name}", OWNER),
          entry("DELETE /v1/credentials/{name}", OWNER),
          entry("POST /v1/credentials/{name}/value", OWNER),
          entry("POST /v1/imports", OWNER),
          entry("POST /v1/imports/values", OWNER),
          entry("POST /v1/imports/items", OWNER),
          entry("POST /v1/imports/openclaw", OWNER),
          entry("POST /v1/openclaw/open", OWNER),
          entry("PUT /v1/openclaw", OWNER),
          entry("POST /v1/openclaw/protect", OWNER),
          entry("POST /v1/agents", OWNER),
          entry("DELETE /v1/agents/{name}", OWNER),
          entry("DELETE /v1/grants", OWNER),
          entry("POST /v1/grants/validate", OWNER),
          entry("POST /v1/requests", OWNER),
          entry("POST /v1/runs", OWNER),
          entry("DELETE /v1/runs/{run}", OWNER),
          entry("POST /v1/exec", OWNER));

  @TempDir Path folder;
  private TestApi api;
  private String agentToken;

  @BeforeEach
  void start() {
    api = new TestApi(TestBroker.over(folder, new MemoryStores(), TestBroker.Access.WITH_FACTORS));
    agentToken =
        api.broker()
            .control()
            .agents()
            .add(TestBroker.OWNER, new AgentName("main"), EgressPolicy.DEFAULT)
            .token();
    People people = api.broker().control().people();
    people.bootstrap(PASSWORD.toCharArray());
    for (Role role : new Role[] {Role.APPROVER, Role.AUDITOR}) {
      var made = people.add(Actor.Person.OWNER, new PersonName(role.toString()), role);
      api.broker()
          .control()
          .sessions()
          .setUp(made.token(), PASSWORD.toCharArray(), Optional.empty(), SessionKind.CONSOLE);
    }
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private String session(Role role) {
    return api.broker()
        .control()
        .sessions()
        .logIn(role.toString(), PASSWORD.toCharArray(), "", SessionKind.COMMAND_LINE)
        .token();
  }

  private HttpResponse<String> call(RouteTable.Route route, String token) throws Exception {
    String path = route.pattern().replaceAll("\\{\\w+}", "nothing-of-this-name");
    return api.adminAs(token, route.method(), path, "{}");
  }

  private Stream<RouteTable.Route> routes(Set<Role> allowed) {
    return api.adminTable().routes().stream()
        .filter(each -> ROUTES.getOrDefault(each.toString(), OWNER).equals(allowed));
  }

  @Test
  void everyRoute_isInTheTable_andNoOther() {
    assertThat(api.adminTable().routes())
        .extracting(RouteTable.Route::toString)
        .containsExactlyInAnyOrderElementsOf(ROUTES.keySet());
  }

  @Test
  void everyRoute_answersTheRolesOfTheTable_andRefusesTheOthers() throws Exception {
    for (RouteTable.Route route : api.adminTable().routes()) {
      Set<Role> allowed = ROUTES.getOrDefault(route.toString(), Set.of());
      for (Role role : Role.values()) {
        HttpResponse<String> answer = call(route, session(role));
        String which = route + " as " + role + ": " + answer.body();
        if (allowed.isEmpty() || allowed.contains(role)) {
          assertThat(answer.statusCode()).as(which).isNotEqualTo(401);
          assertThat(answer.body()).as(which).doesNotContain("\"code\":\"forbidden\"");
        } else {
          assertThat(answer.statusCode()).as(which).isEqualTo(403);
          assertThat(answer.body()).as(which).contains("\"code\":\"forbidden\"");
        }
      }
    }
  }

  @Test
  void everyRoute_withoutASession_isRefused_butForThoseThatAskForNone() throws Exception {
    for (RouteTable.Route route : api.adminTable().routes()) {
      for (String token : new String[] {"", "kms_" + "a".repeat(40), "anything"}) {
        HttpResponse<String> answer = call(route, token);
        boolean open = ROUTES.getOrDefault(route.toString(), OWNER).isEmpty();
        assertThat(answer.statusCode() == 401).as(route + ": " + answer.body()).isEqualTo(!open);
      }
    }
  }

  @Test
  void everyRoute_withAnAgentToken_isForbidden() throws Exception {
    for (RouteTable.Route route : api.adminTable().routes()) {
      assertThat(call(route, agentToken).statusCode()).as(route.toString()).isEqualTo(403);
    }
    assertThat(api.stopped()).isFalse();
  }

  @Test
  void agentTokenWithASessionOnTop_opensNothing() throws Exception {
    assertThat(routes(OWNER)).isNotEmpty();
    String session = session(Role.OWNER);
    for (RouteTable.Route route : routes(OWNER).toList()) {
      String path = route.pattern().replaceAll("\\{\\w+}", "x");
      assertThat(api.adminAs(agentToken + ", Bearer " + session, route.method(), path, "{}"))
          .as(route.toString())
          .extracting(HttpResponse::statusCode)
          .isIn(401, 403);
    }
  }

  @Test
  void invitationForAnOwner_byAnApprover_isForbidden() throws Exception {
    HttpResponse<String> answer =
        api.adminAs(
            session(Role.APPROVER), "POST", "/v1/people", "{\"name\":\"eve\",\"role\":\"owner\"}");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(api.broker().control().people().list())
        .noneMatch(each -> each.name().value().equals("eve"));
  }
}
