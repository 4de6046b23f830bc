package io.keymantle.api;

import io.keymantle.control.Actor;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.ConfigurationChange.Conflict;
import io.keymantle.domain.ConfigurationChange.Created;
import io.keymantle.domain.ConfigurationChange.Saved;
import io.keymantle.domain.ConfigurationProtection;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.OpenedConfiguration;
import io.keymantle.domain.Problem;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.core.JsonGenerator;

/// The editor of openclaw.json files. The file's path comes in the body: in a URL it would be
/// logged.
final class OpenClawRoutes {
  private final AdminRoutes admin;
  private final OpenClawPort editor;

  OpenClawRoutes(AdminRoutes admin, OpenClawPort editor) {
    this.admin = admin;
    this.editor = editor;
  }

  void addTo(RouteTable table) {
    table
        .add("POST", "/v1/openclaw/open", this::open)
        .add("PUT", "/v1/openclaw", this::save)
        .add("POST", "/v1/openclaw/protect", this::protect);
  }

  private ApiResponse open(ApiRequest request, String unused) throws IOException {
    admin.owner(request);
    JsonBody body = JsonBody.read(request, "path");
    OpenedConfiguration file = editor.open(path(body));
    return ApiResponse.ok(JsonText.object(json -> file(json, file)));
  }

  private ApiResponse save(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "path", "base", "text");
    return answer(editor.save(person, path(body), body.required("base"), body.required("text")));
  }

  private ApiResponse protect(ApiRequest request, String unused) throws IOException {
    Actor.Person person = admin.owner(request);
    JsonBody body = JsonBody.read(request, "path", "base", "pointer", "as", "name", "rotate");
    ConfigurationProtection secret =
        new ConfigurationProtection(
            body.required("pointer"), body.required("as"), body.text("name"), body.flag("rotate"));
    return answer(editor.protect(person, path(body), body.required("base"), secret));
  }

  private static Path path(JsonBody body) {
    return AdminRoutes.absolute(body.required("path"));
  }

  private static ApiResponse answer(ConfigurationChange change) {
    return switch (change) {
      case Saved saved -> ApiResponse.ok(JsonText.object(json -> saved(json, saved)));
      case Conflict conflict -> conflict(conflict);
    };
  }

  private static void saved(JsonGenerator json, Saved saved) {
    file(json, saved.file());
    saved
        .created()
        .ifPresent(created -> {
          json.writeObjectPropertyStart("created");
          created(json, created);
          json.writeEndObject();
        });
  }

  private static void created(JsonGenerator json, Created created) {
    json.writeStringProperty("credential", created.credential().value());
    json.writeBooleanProperty("rotated", created.rotated());
    created.variable().ifPresent(name -> json.writeStringProperty("variable", name));
    JsonText.texts(json, "next", created.next());
  }

  /// A problem as any other, with the three texts that a person needs to put them together.
  private static ApiResponse conflict(Conflict conflict) {
    Problem problem =
        new Problem(
            ErrorCode.CONFLICT,
            "the file has changed since it was opened",
            "open it again and make the change there");
    return Problems.response(
        problem,
        json -> {
          json.writeStringProperty("base", conflict.base());
          json.writeStringProperty("mine", conflict.mine());
          conflict.original().ifPresent(text -> json.writeStringProperty("original", text));
          json.writeObjectPropertyStart("current");
          json.writeStringProperty("base", conflict.current().base());
          json.writeStringProperty("text", conflict.current().text());
          json.writeEndObject();
        });
  }

  private static void file(JsonGenerator json, OpenedConfiguration file) {
    json.writeStringProperty("path", file.path());
    json.writeStringProperty("base", file.base());
    json.writeStringProperty("text", file.text());
    JsonText.array(
        json,
        "findings",
        file.findings(),
        (out, finding) -> {
          out.writeStringProperty("pointer", finding.pointer());
          out.writeStringProperty("path", finding.path());
          out.writeStringProperty("why", finding.why());
          out.writeStringProperty("length", finding.length());
          JsonText.texts(out, "protections", finding.protections());
        });
    JsonText.array(
        json,
        "history",
        file.history(),
        (out, version) -> {
          out.writeStringProperty("at", version.at().toString());
          out.writeStringProperty("person", version.person());
          out.writeStringProperty("base", version.base());
          JsonText.texts(out, "changed", version.changed());
        });
  }
}
