package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The items of a source that was set up. The broker reads them; no value comes here.
record SourceImport(Invocation invocation, Map<String, Object> fields) {
  /// Items of one request: each takes a moment at the provider.
  private static final int AT_ONCE = 50;

  /// Kinds whose items have fields, each a secret of its own.
  private static final Set<String> WITH_FIELDS = Set.of("vault", "k8s", "1password");

  void run(String from, ImportOutcome outcome) throws IOException {
    if (invocation.flag("--split") && invocation.flag("--whole")) {
      throw new UsageException("--split and --whole are opposites", "leave one of them out");
    }
    AdminClient broker = invocation.admin();
    JsonObject source = source(broker, from.equals("kubernetes") ? "k8s" : from);
    String under = invocation.arguments(0).isEmpty() ? "" : invocation.argument(0);
    List<String> items =
        broker
            .get(
                "/v1/sources/"
                    + source.text("name")
                    + "/items?under="
                    + URLEncoder.encode(under, StandardCharsets.UTF_8))
            .texts("items");
    boolean split =
        invocation.flag("--split")
            || (WITH_FIELDS.contains(source.text("kind")) && !invocation.flag("--whole"));
    if (split && source.text("kind").equals("1password")) {
      items = items.stream().map(item -> item + "?attribute=fields").toList();
    }
    Map<String, Object> body = ImportOutcome.terms(invocation, fields);
    body.put("folder", under.substring(0, under.lastIndexOf('/') + 1));
    body.put("split", split);
    body.put("link", invocation.flag("--link"));
    for (int i = 0; i < items.size(); i += AT_ONCE) {
      if (i > 0) {
        invocation.note("looked at " + i + " of " + items.size() + " items");
      }
      body.put("items", items.subList(i, Math.min(items.size(), i + AT_ONCE)));
      outcome.add(broker.post("/v1/imports/items", body));
    }
  }

  private static JsonObject source(AdminClient broker, String from) throws IOException {
    List<JsonObject> sources = broker.get("/v1/sources").objects("sources");
    Optional<JsonObject> named =
        sources.stream().filter(each -> each.text("name").equals(from)).findFirst();
    List<JsonObject> ofKind =
        sources.stream().filter(each -> each.text("kind").equals(from)).toList();
    if (named.isEmpty() && ofKind.size() > 1) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "there are several sources of kind " + from,
          "name one: --from " + ofKind.getFirst().text("name"));
    }
    return named
        .or(() -> ofKind.stream().findFirst())
        .orElseThrow(() ->
            RefusedException.of(
                ErrorCode.NOT_FOUND,
                "there is no source " + PlainText.of(from),
                "set it up first: keymantle source set "
                    + (from.matches("[a-z0-9][a-z0-9-]{0,31}") ? from : "NAME --kind KIND")
                    + ", with its settings (docs/sources.md)"));
  }
}
