package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Rules;
import io.keymantle.domain.SourceReference;
import java.io.StringWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The JSON form of a credential, the same in imports, in `credential show --json`, over HTTP and
/// in stores: `allowedAgents`, `requireTotp` and `expiresAfter` as openclaw.json has them, and our
/// own `kind`, `approval`, `uses`, `source` and `bindings` beside them, which are left out where
/// they are the defaults.
public final class CredentialCodec {
  static final Set<String> KEYS =
      Set.of(
          "allowedAgents",
          "requireTotp",
          "approval",
          "expiresAfter",
          "uses",
          "source",
          "bindings",
          "kind");

  private static final JsonFactory FACTORY = new JsonFactory();

  private CredentialCodec() {}

  /// Reads one credential's object.
  ///
  /// @param json JSON or JSON5
  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`, `invalid_binding`
  ///   or `invalid_name`, with path and line
  public static CredentialSpec read(CredentialName name, String json) {
    return read(name, KeyPath.root(name.value()), Json5Reader.read(json));
  }

  static CredentialSpec read(CredentialName name, KeyPath path, Tree tree) {
    return read(name, FieldReader.of(path, tree, KEYS));
  }

  static CredentialSpec read(CredentialName name, FieldReader fields) {
    return fields.build(() ->
        new CredentialSpec(
            name,
            fields.parsed("kind", CredentialKind.VALUE, CredentialKind::parse),
            fields.parsed("source", SourceReference.STORE, SourceReference::parse),
            fields.list("bindings", BindingCodec::read),
            new Rules(
                new LinkedHashSet<>(fields.parsedList("allowedAgents", AgentName::new)),
                fields.truth("requireTotp", false),
                fields.nested("approval", List.of(), ApprovalCodec::read),
                fields.parsed(
                    "expiresAfter", Rules.DEFAULT_EXPIRES_AFTER, CredentialCodec::lifetime),
                (int) fields.whole("uses", 0, 0, Integer.MAX_VALUE))));
  }

  /// Checked by its rule here already, so that a refusal names the field's line.
  private static Duration lifetime(String text) {
    return Rules.withoutApproval(Set.of(), Durations.parse(text), 0).expiresAfter();
  }

  /// Writes one credential's object.
  public static void write(JsonGenerator json, CredentialSpec spec) {
    json.writeStartObject();
    writeFields(json, spec);
    json.writeEndObject();
  }

  /// Writes the members of one credential's object, between others of the caller.
  public static void writeFields(JsonGenerator json, CredentialSpec spec) {
    json.writeArrayPropertyStart("allowedAgents");
    spec.rules().allowedAgents().forEach(agent -> json.writeString(agent.value()));
    json.writeEndArray();
    json.writeBooleanProperty("requireTotp", spec.rules().requireTotp());
    ApprovalCodec.write(json, spec.rules().approvals());
    json.writeStringProperty("expiresAfter", Durations.text(spec.rules().expiresAfter()));
    if (spec.rules().uses() != 0) {
      json.writeNumberProperty("uses", spec.rules().uses());
    }
    if (spec.kind() != CredentialKind.VALUE) {
      json.writeStringProperty("kind", spec.kind().toString());
    }
    if (!spec.source().isStore()) {
      json.writeStringProperty("source", spec.source().toString());
    }
    if (!spec.bindings().isEmpty()) {
      json.writeArrayPropertyStart("bindings");
      spec.bindings().forEach(binding -> BindingCodec.write(json, binding));
      json.writeEndArray();
    }
  }

  /// The text of each member of the object, by its name.
  static SequencedMap<String, String> fields(CredentialSpec spec) {
    String text = text(spec);
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        int start = (int) json.currentTokenLocation().getCharOffset();
        json.skipChildren();
        json.finishToken();
        int end = (int) json.currentLocation().getCharOffset();
        fields.put(name, text.substring(start, end));
      }
    }
    return fields;
  }

  /// The object as one line of text.
  public static String text(CredentialSpec spec) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(json, spec);
    }
    return text.toString();
  }
}
