package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.control.CredentialImport;
import io.keymantle.control.ImportOffer;
import io.keymantle.control.ImportReport;
import io.keymantle.control.ImportTerms;
import io.keymantle.control.Imports;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ImportNames;
import io.keymantle.domain.SourceReference;
import io.keymantle.intake.SealedValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Moves secrets in that a person has elsewhere. Answers name them; no value comes or goes but
/// sealed.
final class ImportRoutes {
  /// Bytes of an import: as much as control reads.
  private static final int LIMIT = 8 << 20;

  private final AdminRoutes admin;
  private final OpenClawPort openclaw;

  ImportRoutes(AdminRoutes admin, OpenClawPort openclaw) {
    this.admin = admin;
    this.openclaw = openclaw;
  }

  void addTo(RouteTable table) {
    table
        .add("POST", "/v1/imports", this::credentials)
        .add("POST", "/v1/imports/values", this::values)
        .add("POST", "/v1/imports/items", this::items)
        .add("POST", "/v1/imports/openclaw", this::openclaw);
  }

  private Imports imports() {
    return admin.broker().control().imports();
  }

  /// The credentials object of an openclaw.json: all of it or nothing.
  private ApiResponse credentials(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    String file = JsonBody.text(request.body(), LIMIT);
    return answer(
        admin.broker().control().catalogue().importAll(person, CredentialImport.parse(file)),
        false);
  }

  /// Values that were read and sealed by whoever calls, by the names of their credentials; in a
  /// rehearsal the names alone.
  private ApiResponse values(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "values", "names", "from", "as", "dryRun");
    ImportTerms terms = terms(body);
    if (!terms.rehearsal() && body.has("names")) {
      throw JsonBody.invalid("names alone are for a rehearsal", "send values, or \"dryRun\": true");
    }
    Map<String, Optional<SealedValue>> found = new LinkedHashMap<>();
    body.texts("names").forEach(name -> found.put(name, Optional.empty()));
    body.textMap("values")
        .forEach((name, sealed) -> found.put(name, Optional.of(SealedValue.parse(sealed))));
    Map<String, String> from = body.textMap("from");
    List<ImportOffer> offers = new ArrayList<>();
    found.forEach((name, sealed) ->
        offers.add(
            new ImportOffer(
                from.getOrDefault(name, name),
                terms.spec(new CredentialName(name)),
                sealed,
                true,
                "")));
    return answer(imports().offered(person, offers, terms.rehearsal()), terms.rehearsal());
  }

  /// Items of a source, by their references.
  private ApiResponse items(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body =
        JsonBody.read(
            request, "items", "folder", "only", "prefix", "as", "split", "link", "dryRun");
    ImportTerms terms = terms(body);
    List<SourceReference> items = body.texts("items").stream().map(SourceReference::parse).toList();
    Imports.Manner manner = new Imports.Manner(body.flag("split"), body.flag("link"));
    return answer(imports().fromSource(person, items, terms, manner), terms.rehearsal());
  }

  /// The plaintext secrets of an openclaw.json, and its credentials object.
  private ApiResponse openclaw(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "path", "only", "prefix", "as", "dryRun");
    ImportTerms terms = terms(body);
    List<ImportOffer> offers = openclaw.offers(AdminRoutes.absolute(body.required("path")), terms);
    return answer(imports().offered(person, offers, terms.rehearsal()), terms.rehearsal());
  }

  private static ImportTerms terms(JsonBody body) {
    return new ImportTerms(
        new ImportNames(body.texts("only"), body.text("prefix"), body.text("folder")),
        body.json("as"),
        body.flag("dryRun"));
  }

  private static ApiResponse answer(ImportReport report, boolean rehearsal) {
    String text =
        JsonText.object(json -> {
          json.writeBooleanProperty("dryRun", rehearsal);
          JsonText.array(
              json,
              "imported",
              report.imported(),
              (out, imported) -> {
                out.writeStringProperty("name", imported.name().value());
                out.writeStringProperty("from", imported.from());
                out.writeBooleanProperty("bound", imported.bound());
                out.writeBooleanProperty("hasValue", imported.hasValue());
                JsonText.texts(out, "mend", imported.mend());
              });
          JsonText.array(
              json,
              "skipped",
              report.skipped(),
              (out, skipped) -> {
                out.writeStringProperty("from", skipped.place());
                out.writeStringProperty("why", skipped.why());
              });
        });
    return ApiResponse.json(rehearsal ? 200 : 201, text);
  }
}
