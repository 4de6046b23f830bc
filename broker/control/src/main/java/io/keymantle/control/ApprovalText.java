package io.keymantle.control;

import io.keymantle.control.ApprovalRequest.Target;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.TrustLevel;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Approvals as text: for stores, and in the one form that is digested. That form has the keys of
/// each object in the order of RFC 8785 and no space; it holds no number but whole ones.
public final class ApprovalText {
  private static final Set<String> REQUEST_KEYS =
      Set.of(
          "agent",
          "bodyBytes",
          "bodyDigest",
          "credential",
          "destination",
          "headers",
          "kind",
          "method",
          "needs",
          "path",
          "query",
          "reason",
          "revision",
          "run",
          "trust");
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "request",
          "createdAt",
          "answerBy",
          "state",
          "votes",
          "scope",
          "until",
          "endedAt",
          "version");
  private static final Set<String> VOTE_KEYS =
      Set.of("person", "approves", "factors", "breakGlass", "scope", "seconds", "reason", "at");

  private static final JsonFactory FACTORY = new JsonFactory();

  private ApprovalText() {}

  static String canonical(ApprovalRequest request) {
    return object(json -> write(json, request));
  }

  /// One approval with all that was said to it.
  public static String of(Approval approval) {
    return object(json -> {
      json.writeStringProperty("id", approval.id().value());
      json.writeObjectPropertyStart("request");
      write(json, approval.request());
      json.writeEndObject();
      json.writeStringProperty("createdAt", approval.createdAt().toString());
      json.writeStringProperty("answerBy", approval.answerBy().toString());
      json.writeStringProperty("state", approval.state().toString());
      json.writeArrayPropertyStart("votes");
      approval.votes().forEach(vote -> write(json, vote));
      json.writeEndArray();
      json.writeStringProperty("scope", approval.scope().toString());
      json.writeStringProperty("until", text(approval.until()));
      json.writeStringProperty("endedAt", text(approval.endedAt()));
      json.writeNumberProperty("version", approval.version());
    });
  }

  /// Reads what [#of] wrote.
  ///
  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  public static Approval parse(String text) {
    FieldReader fields = FieldReader.of(KeyPath.root("approval"), Json5Reader.read(text), KEYS);
    return new Approval(
        new ApprovalId(fields.text("id", "")),
        fields
            .nested(
                "request",
                Optional.<ApprovalRequest>empty(),
                (path, tree) -> Optional.of(request(path, tree)))
            .orElseThrow(),
        moment(fields, "createdAt").orElseThrow(),
        moment(fields, "answerBy").orElseThrow(),
        ApprovalState.valueOf(fields.text("state", "").toUpperCase(Locale.ROOT)),
        fields.list("votes", ApprovalText::vote),
        ApprovalScope.parse(fields.text("scope", "")),
        moment(fields, "until"),
        moment(fields, "endedAt"),
        fields.whole("version", 1, 1, Long.MAX_VALUE));
  }

  private static void write(JsonGenerator json, ApprovalRequest request) {
    Target target = request.target();
    json.writeStringProperty("agent", request.agent().value());
    json.writeNumberProperty("bodyBytes", target.bodyBytes());
    json.writeStringProperty("bodyDigest", target.bodyDigest());
    json.writeStringProperty("credential", request.credential().value());
    json.writeStringProperty("destination", target.destination());
    json.writeArrayPropertyStart("headers");
    target.headers().forEach(json::writeString);
    json.writeEndArray();
    json.writeStringProperty("kind", request.kind().toString());
    json.writeStringProperty("method", target.method());
    json.writeArrayPropertyStart("needs");
    request.needs().forEach(need -> ApprovalCodec.write(json, need));
    json.writeEndArray();
    json.writeStringProperty("path", target.path());
    json.writeStringProperty("query", target.query());
    json.writeStringProperty("reason", request.reason());
    json.writeStringProperty("revision", request.revision());
    json.writeStringProperty("run", request.run().orElse(""));
    json.writeStringProperty("trust", request.trust().toString());
  }

  private static ApprovalRequest request(KeyPath path, Tree tree) {
    FieldReader fields = FieldReader.of(path, tree, REQUEST_KEYS);
    return new ApprovalRequest(
        ApprovalRequest.Kind.valueOf(fields.text("kind", "").toUpperCase(Locale.ROOT)),
        new AgentName(fields.text("agent", "")),
        new CredentialName(fields.text("credential", "")),
        new Target(
            fields.text("destination", ""),
            fields.text("method", ""),
            fields.text("path", ""),
            fields.text("query", ""),
            fields.parsedList("headers", line -> line),
            fields.whole("bodyBytes", 0, 0, Long.MAX_VALUE),
            fields.text("bodyDigest", "")),
        fields.text("reason", ""),
        TrustLevel.valueOf(fields.text("trust", "").toUpperCase(Locale.ROOT).replace('-', '_')),
        Optional.of(fields.text("run", "")).filter(run -> !run.isEmpty()),
        fields.text("revision", ""),
        fields.list("needs", ApprovalCodec::one));
  }

  private static void write(JsonGenerator json, Vote vote) {
    json.writeStartObject();
    json.writeStringProperty("person", vote.person().value());
    json.writeBooleanProperty("approves", vote.approves());
    json.writeArrayPropertyStart("factors");
    vote.factors().forEach(factor -> json.writeString(factor.toString()));
    json.writeEndArray();
    json.writeBooleanProperty("breakGlass", vote.breakGlass());
    json.writeStringProperty("scope", vote.scope().toString());
    json.writeNumberProperty("seconds", vote.lasts().toSeconds());
    json.writeStringProperty("reason", vote.reason());
    json.writeStringProperty("at", vote.at().toString());
    json.writeEndObject();
  }

  private static Vote vote(KeyPath path, Tree tree) {
    FieldReader fields = FieldReader.of(path, tree, VOTE_KEYS);
    return new Vote(
        new PersonName(fields.text("person", "")),
        fields.truth("approves", false),
        new LinkedHashSet<>(
            fields.parsedList("factors", text -> Factor.valueOf(text.toUpperCase(Locale.ROOT)))),
        fields.truth("breakGlass", false),
        ApprovalScope.parse(fields.text("scope", "")),
        Duration.ofSeconds(fields.whole("seconds", 0, 0, Integer.MAX_VALUE)),
        fields.text("reason", ""),
        moment(fields, "at").orElseThrow());
  }

  private static Optional<Instant> moment(FieldReader fields, String key) {
    return Optional.of(fields.text(key, "")).filter(text -> !text.isEmpty()).map(Instant::parse);
  }

  private static String text(Optional<Instant> moment) {
    return moment.map(Instant::toString).orElse("");
  }

  private static String object(Consumer<JsonGenerator> members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      members.accept(json);
      json.writeEndObject();
    }
    return text.toString();
  }
}
