package io.keymantle.control;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Connections of sources as text: an object of objects, by scheme.
public final class SourceCodec {
  private static final Set<String> KEYS = Set.of("kind", "settings", "logins");
  private static final JsonFactory FACTORY = new JsonFactory();

  private SourceCodec() {}

  /// Reads one connection's object, as in `{kind: "vault", settings: {address: "https://…"}}`.
  ///
  /// @throws RefusedException with `invalid_configuration`, naming field and line
  public static SourceConnection read(String scheme, String text) {
    return read(scheme, KeyPath.root(scheme), Json5Reader.read(text));
  }

  private static SourceConnection read(String scheme, KeyPath path, Tree tree) {
    FieldReader fields = FieldReader.of(path, tree, KEYS);
    return new SourceConnection(
        scheme,
        fields.text("kind", scheme),
        fields.nested("settings", Map.of(), (its, members) -> texts(its, members, text -> text)),
        fields.nested(
            "logins", Map.of(), (its, members) -> texts(its, members, CredentialName::new)));
  }

  private static <T> Map<String, T> texts(KeyPath path, Tree tree, Function<String, T> parser) {
    if (!(tree instanceof Tree.Fields fields)) {
      throw refused(path, "is an object");
    }
    Map<String, T> texts = new TreeMap<>();
    fields
        .members()
        .forEach((key, value) -> {
          if (!(value instanceof Tree.Text(_, String text))) {
            throw refused(path.member(key), "is a string");
          }
          texts.put(key, parser.apply(text));
        });
    return texts;
  }

  private static RefusedException refused(KeyPath path, String what) {
    return RefusedException.of(
        ErrorCode.INVALID_CONFIGURATION, path + " " + what, "see: keymantle source set --help");
  }

  static List<SourceConnection> readAll(String text) {
    List<SourceConnection> all = new ArrayList<>();
    if (Json5Reader.read(text) instanceof Tree.Fields schemes) {
      schemes
          .members()
          .forEach((scheme, tree) -> all.add(read(scheme, KeyPath.root(scheme), tree)));
    }
    return all;
  }

  static String text(List<SourceConnection> all) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      for (SourceConnection each : all) {
        json.writeObjectPropertyStart(each.scheme());
        writeFields(json, each);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  /// Writes the members of one connection's object, between others of the caller.
  public static void writeFields(JsonGenerator json, SourceConnection connection) {
    json.writeStringProperty("kind", connection.kind());
    json.writeObjectPropertyStart("settings");
    connection.settings().forEach(json::writeStringProperty);
    json.writeEndObject();
    json.writeObjectPropertyStart("logins");
    connection.logins().forEach((name, login) -> json.writeStringProperty(name, login.value()));
    json.writeEndObject();
  }
}
