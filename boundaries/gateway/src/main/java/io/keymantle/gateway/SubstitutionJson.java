package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Broker tokens in the fields of a JSON request body, and values in their place.
final class SubstitutionJson {
  private SubstitutionJson() {}

  /// The fields of a request body that bindings name.
  ///
  /// @throws RefusedException with `invalid_request` when two servers could read it differently
  static List<BodyJson.Field> fields(byte[] body, Collection<String> pointers) {
    return BodyJson.fields(body, pointers, SubstitutionJson::unreadable);
  }

  /// Judges every token of the body.
  ///
  /// @param found all tokens of the bytes
  static void judge(
      byte[] body,
      Collection<String> pointers,
      List<TokenScanner.Found> found,
      SubstitutionJudge judge,
      SubstitutionSlots slots) {
    int accounted = 0;
    for (BodyJson.Field field : fields(body, pointers)) {
      byte[] text = BodyJson.text(body, field);
      SubstitutionPlace place = new SubstitutionPlace(SubstitutionPlace.Kind.JSON, field.pointer());
      List<TokenSpan> spans =
          TokenSpan.plain(text, 0, text.length).orElseThrow(() -> judge.refusal(found, place));
      spans.forEach(span -> slots.token(span.token(), place));
      accounted += spans.size();
    }
    if (accounted != found.size()) {
      throw judge.refusal(found, SubstitutionPlace.elsewhere("another part of the JSON body"));
    }
  }

  /// Writes the document with each token in the fields replaced, and each injected field set,
  /// escaped; all other bytes stay.
  static void replace(
      byte[] body,
      Collection<String> pointers,
      List<SubstitutionPairs.Injected> injected,
      SubstitutionValues values,
      SubstitutionBuffer out) {
    int done = 0;
    for (BodyJson.Field field : fields(body, pointers)) {
      Optional<SubstitutionPairs.Injected> set =
          injected.stream().filter(each -> each.name().equals(field.pointer())).findFirst();
      byte[] text = BodyJson.text(body, field);
      List<TokenSpan> spans = TokenSpan.plain(text, 0, text.length).orElse(List.of());
      if (set.isEmpty() && spans.isEmpty()) {
        continue;
      }
      out.put(body, done, field.start());
      done = field.end();
      if (set.isEmpty()) {
        putReplaced(text, spans, values, out);
      } else {
        putInjected(field, values.forJson(set.get().number()), out);
      }
    }
    out.put(body, done, body.length);
  }

  private static void putReplaced(
      byte[] text, List<TokenSpan> spans, SubstitutionValues values, SubstitutionBuffer out) {
    int done = 0;
    out.put((byte) '"');
    for (TokenSpan span : spans) {
      out.putJsonEscaped(text, done, span.start());
      byte[] value = values.forJson(values.numberOf(span.token()));
      out.putJsonEscaped(value, 0, value.length);
      done = span.end();
    }
    out.putJsonEscaped(text, done, text.length);
    out.put((byte) '"');
  }

  private static void putInjected(BodyJson.Field field, byte[] value, SubstitutionBuffer out) {
    if (field.kind() == BodyJson.Kind.STRUCTURE) {
      throw unreadable("the field of the credential is an object or array");
    }
    if (field.isMissing()) {
      byte[] name = lastName(field.pointer()).getBytes(StandardCharsets.UTF_8);
      out.put((byte) '"');
      out.putJsonEscaped(name, 0, name.length);
      out.put("\":");
    }
    out.put((byte) '"');
    out.putJsonEscaped(value, 0, value.length);
    out.put((byte) '"');
    if (field.kind() == BodyJson.Kind.MISSING) {
      out.put((byte) ',');
    }
  }

  /// The last name of a pointer, unescaped (RFC 6901 section 4).
  private static String lastName(String pointer) {
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    return last.replace("~1", "/").replace("~0", "~");
  }

  private static RefusedException unreadable(String why) {
    return RefusedException.of(
        ErrorCode.INVALID_REQUEST,
        "the request body cannot carry a credential: " + why,
        "send one UTF-8 JSON document without duplicate keys");
  }
}
