package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.Webhooks;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;

/// Where questions are announced outside.
final class WebhookRoutes {
  private final AdminRoutes admin;

  WebhookRoutes(AdminRoutes admin) {
    this.admin = admin;
  }

  void addTo(RouteTable table) {
    table
        .add("GET", "/v1/webhooks", this::list)
        .add("POST", "/v1/webhooks", this::add)
        .add("DELETE", "/v1/webhooks", this::remove);
  }

  private Webhooks webhooks() {
    return admin.broker().control().webhooks();
  }

  private ApiResponse list(ApiRequest request, String unused) {
    admin.owner(request);
    return answer(200);
  }

  private ApiResponse add(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    webhooks().add(person, JsonBody.read(request, "url").required("url"));
    return answer(201);
  }

  private ApiResponse remove(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    webhooks().remove(person, JsonBody.read(request, "url").required("url"));
    return answer(200);
  }

  /// All that there are now, with the key that receivers check the signature by.
  private ApiResponse answer(int status) {
    byte[] key = admin.broker().ledger().publicKey().bytes();
    return ApiResponse.json(
        status,
        JsonText.object(json -> {
          JsonText.texts(json, "webhooks", webhooks().list().stream().map(URI::toString).toList());
          json.writeStringProperty("publicKey", "whpk_" + Base64.getEncoder().encodeToString(key));
        }));
  }
}
