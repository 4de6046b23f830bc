package io.keymantle.e2e;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Answers a page's calls in place of the broker, so that pages can be shown in states that take
/// hours or other people to reach. The files are the real broker's.
final class FakeConsoleApi {
  private final Map<String, String> answers = new LinkedHashMap<>();

  FakeConsoleApi() {
    String now = Instant.now().toString();
    String soon = Instant.now().plus(Duration.ofMinutes(9)).toString();
    String earlier = Instant.now().minus(Duration.ofHours(3)).toString();
    answer("GET /v1/sessions/current", SESSION);
    answer(
        "GET /v1/approvals",
        "{'approvals':["
            + pending(now, soon)
            + ","
            + grant(now, soon)
            + ","
            + answered(earlier)
            + "]}");
    answer("GET /v1/credentials", CREDENTIALS.replace("EARLIER", earlier));
    answer("GET /v1/agents", AGENTS.replace("EARLIER", earlier));
    answer("GET /v1/grants", GRANTS.replace("EARLIER", earlier).replace("SOON", soon));
    answer("GET /v1/ledger", LEDGER.replace("EARLIER", earlier).replace("NOW", now));
    answer("GET /v1/people", PEOPLE.replace("EARLIER", earlier));
    answer(
        "GET /v1/tokens",
        "{'tokens':[{'name':'workspace','scope':'ledger:read','createdAt':'"
            + earlier
            + "','rotationDue':true}]}");
    answer(
        "GET /v1/me/passkeys",
        "{'passkeys':[{'id':'pk1','label':'this laptop','createdAt':'" + earlier + "'}]}");
    answer("GET /v1/status", STATUS);
    answer(
        "GET /v1/runs",
        "{'runs':[{'run':'run_1','agent':'main','trust':'isolated','startedAt':'"
            + earlier
            + "'}]}");
    answer("POST /v1/openclaw/open", OPENCLAW.replace("EARLIER", earlier));
    answer("GET /v1/events", "");
  }

  /// @param json with single quotes in place of double ones
  void answer(String route, String json) {
    answers.put(route, json.replace('\'', '"'));
  }

  /// Takes the page's calls, and signs it in.
  void serve(Page page) {
    page.addInitScript("sessionStorage.setItem('keymantle-csrf', 'half')");
    page.route("**/v1/**", this::fulfil);
  }

  private void fulfil(Route route) {
    String path = route.request().url().replaceAll("^https?://[^/]+|\\?.*$", "");
    String key = route.request().method() + " " + path;
    String type = path.equals("/v1/events") ? "text/event-stream" : "application/json";
    Route.FulfillOptions answer = new Route.FulfillOptions().setContentType(type);
    if (answers.containsKey(key)) {
      route.fulfill(answer.setStatus(200).setBody(answers.get(key)));
    } else {
      route.fulfill(
          answer.setStatus(404).setBody("{\"code\":\"not_found\",\"message\":\"" + key + "\"}"));
    }
  }

  /// A request whose reason tries to look like the broker's summary.
  static String pending(String now, String soon) {
    return "{'id':'apr_0000000000000001','state':'pending','kind':'use','agent':'main','credential':'github-api',"
               + "'destination':'https://api.github.com','method':'POST','path':'/repos/acme/site/issues','bodyBytes':214,'reason':'Open"
               + " the bug that the nightly build has found.','trust':'isolated','summary':'POST"
               + " api.github.com /repos/acme/site/issues — 214 bytes — agent main','digest':'d',"
               + "'createdAt':'"
        + now
        + "','expiresAt':'"
        + soon
        + "','mayVote':true,'waiting':3,"
        + "'needs':[{'factors':['totp'],'required':2,'of':['alice','bob','carol'],'breakGlass':['alice'],"
        + "'atMostSeconds':1800,'counted':['bob'],'missing':1}],"
        + "'votes':[{'person':'bob','decision':'approve','factors':['totp'],'at':'"
        + now
        + "'}]}";
  }

  private static String grant(String now, String soon) {
    return "{'id':'apr_0000000000000002','state':'pending','kind':'grant','agent':'nightly','credential':'production-db','reason':'Count"
               + " the orders of yesterday.','trust':'same-user','summary':'use of production-db by"
               + " agent nightly','digest':'d','createdAt':'"
        + now
        + "','expiresAt':'"
        + soon
        + "','mayVote':true,'waiting':1,"
        + "'needs':[{'factors':['passkey'],'required':1,'of':[],'breakGlass':[],'atMostSeconds':0,'counted':[],'missing':1}],'votes':[]}";
  }

  private static String answered(String earlier) {
    return "{'id':'apr_0000000000000003','state':'denied','kind':'use','agent':'main','credential':'github-api',"
               + "'destination':'https://api.github.com','method':'DELETE','path':'/repos/acme/site','reason':'','trust':'isolated','summary':'DELETE"
               + " api.github.com /repos/acme/site','digest':'d','createdAt':'"
        + earlier
        + "','expiresAt':'"
        + earlier
        + "',"
        + "'needs':[],'votes':[{'person':'alice','decision':'deny','factors':[],'at':'"
        + earlier
        + "'}]}";
  }

  private static final String SESSION =
      "{'person':'alice','role':'owner','factors':['totp','passkey'],'warnings':['KEYMANTLE_BOOTSTRAP_OWNER_PASSWORD"
          + " is still set: unset it'],'expiresAt':'2030-01-01T00:00:00Z'}";
  private static final String CREDENTIALS =
      "{'credentials':[{'name':'github-api','allowedAgents':['main','nightly'],'requireTotp':false,"
          + "'approval':{'totp':true,'required':2,'of':['alice','bob','carol'],'when':{'methods':['POST','DELETE']}},'expiresAfter':'1h',"
          + "'bindings':[{'destination':'https://api.github.com','methods':['GET','POST'],'paths':['/repos/**']}],'valueVersion':2,'changedAt':'EARLIER'},"
          + "{'name':'production-db','allowedAgents':['nightly'],'requireTotp':true,'expiresAfter':'15m','uses':1,"
          + "'bindings':[{'command':'/usr/bin/psql','deliver':'env:PGPASSWORD'}],'valueVersion':1,'changedAt':'EARLIER'}]}";
  private static final String AGENTS =
      "{'agents':[{'name':'main','createdAt':'EARLIER','revoked':false,'egress':{'mode':'allow-listed','allow':['https://pypi.org'],'tunnel':[]}},"
          + "{'name':'old','createdAt':'EARLIER','revoked':true,'egress':{'mode':'open','allow':[],'tunnel':[]}}]}";
  private static final String GRANTS =
      "{'grants':[{'grant':'g_1','credential':'github-api','agent':'main','state':'live','trust':'isolated','reason':'triage','issuedAt':'EARLIER',"
          + "'expiresAt':'SOON','uses':0,'used':7}]}";
  private static final String LEDGER =
      "{'size':3,'next':3,'entries':[{'index':0,'entry':{'at':'EARLIER','kind':'configuration','phase':'fact','actor':'person:owner','result':'ok','detail':{'event':'home"
          + " made'}}},"
          + "{'index':1,'entry':{'at':'NOW','kind':'redemption','phase':'intent','actor':'agent:main','credential':'github-api','destination':'https://api.github.com','method':'POST','path':'/repos/acme/site/issues','result':'ok'}},"
          + "{'index':2,'entry':{'at':'NOW','kind':'redemption','phase':'fact','actor':'agent:main','credential':'github-api','destination':'https://evil.example','method':'GET','path':'/','result':'refused','code':'destination_mismatch'}}]}";
  private static final String PEOPLE =
      "{'people':[{'name':'alice','role':'owner','createdAt':'EARLIER','disabled':false,'factors':['totp','passkey']},"
          + "{'name':'bob','role':'approver','createdAt':'EARLIER','disabled':false,'factors':['totp']},"
          + "{'name':'carol','role':'auditor','createdAt':'EARLIER','disabled':true,'factors':[]}]}";
  private static final String STATUS =
      "{'api':'http://127.0.0.1:8180','gateway':'http://127.0.0.1:8180','console':'http://localhost:8181','ca':'/home/alice/.local/share/keymantle/ca.pem','pid':4242,'version':'0.1.0','trust':'separate-user','sealed':false,'passphrase':true,'notices':['one"
          + " thing to know']}";
  private static final String OPENCLAW =
      "{'path':'/home/alice/.openclaw/openclaw.json','base':'abc','text':'{\\n"
          + "  // the bot\\n"
          + "  channels: { telegram: { botToken: __OPENCLAW_REDACTED__ }"
          + " },\\n}\\n','findings':[{'pointer':'/channels/telegram/botToken','path':'channels.telegram.botToken','why':'a"
          + " telegram bot"
          + " token','length':'20-63','protections':['env','ref']}],'history':[{'at':'EARLIER','person':'person:alice','base':'abc','changed':['models.default"
          + " changed']}]}";
}
