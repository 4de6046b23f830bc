package io.keymantle.factors;

import io.keymantle.domain.PersonName;
import java.io.StringWriter;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What a browser is asked, in the JSON of WebAuthn level 3 (§5.1.9, §5.1.10): the forms that
/// `PublicKeyCredential.parseRequestOptionsFromJSON` and its sibling take.
final class PasskeyOptions {
  /// ES256, EdDSA, RS256: what platforms and security keys have, best first (COSE numbers).
  static final List<Integer> ALGORITHMS = List.of(-7, -8, -257);

  private static final JsonFactory FACTORY = new JsonFactory();

  private PasskeyOptions() {}

  static String request(RelyingParty party, Challenges.Issued issued, List<String> allowed) {
    return publicKey(json -> {
      json.writeStringProperty("challenge", issued.challenge());
      json.writeStringProperty("rpId", party.id());
      json.writeNumberProperty("timeout", Challenges.LIFETIME.toMillis());
      json.writeStringProperty("userVerification", "required");
      credentials(json, "allowCredentials", allowed);
    });
  }

  static String creation(
      RelyingParty party,
      Challenges.Issued issued,
      PersonName person,
      String userHandle,
      List<String> existing) {
    return publicKey(json -> {
      json.writeStringProperty("challenge", issued.challenge());
      json.writeObjectPropertyStart("rp");
      json.writeStringProperty("id", party.id());
      json.writeStringProperty("name", "Keymantle");
      json.writeEndObject();
      json.writeObjectPropertyStart("user");
      json.writeStringProperty("id", userHandle);
      json.writeStringProperty("name", person.value());
      json.writeStringProperty("displayName", person.value());
      json.writeEndObject();
      json.writeArrayPropertyStart("pubKeyCredParams");
      for (int algorithm : ALGORITHMS) {
        json.writeStartObject();
        json.writeStringProperty("type", "public-key");
        json.writeNumberProperty("alg", algorithm);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberProperty("timeout", Challenges.LIFETIME.toMillis());
      credentials(json, "excludeCredentials", existing);
      json.writeObjectPropertyStart("authenticatorSelection");
      json.writeStringProperty("residentKey", "preferred");
      json.writeBooleanProperty("requireResidentKey", false);
      json.writeStringProperty("userVerification", "required");
      json.writeEndObject();
      json.writeStringProperty("attestation", "none");
    });
  }

  private static void credentials(JsonGenerator json, String name, List<String> ids) {
    json.writeArrayPropertyStart(name);
    for (String id : ids) {
      json.writeStartObject();
      json.writeStringProperty("type", "public-key");
      json.writeStringProperty("id", id);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String publicKey(Consumer<JsonGenerator> members) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeObjectPropertyStart("publicKey");
      members.accept(json);
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
