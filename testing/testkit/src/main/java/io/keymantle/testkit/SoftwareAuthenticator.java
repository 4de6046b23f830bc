package io.keymantle.testkit;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An authenticator with its browser, in software, after WebAuthn level 3: takes the options that a
/// site gives and answers with the JSON that a page would post. Its settings are what an attacker,
/// or another make, would do differently.
public final class SoftwareAuthenticator {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int USER_PRESENT = 0x01;
  private static final int USER_VERIFIED = 0x04;
  private static final int BACKUP_ELIGIBLE = 0x08;
  private static final int BACKED_UP = 0x10;
  private static final int ATTESTED = 0x40;

  /// A signature algorithm by its COSE number.
  public enum Algorithm {
    ES256(-7, "SHA256withECDSA"),
    EDDSA(-8, "Ed25519"),
    RS256(-257, "SHA256withRSA");

    private final int cose;
    private final String name;

    Algorithm(int cose, String name) {
      this.cose = cose;
      this.name = name;
    }
  }

  private record Resident(String id, KeyPair keys, String userHandle) {}

  private final Algorithm algorithm;
  private final List<Resident> residents = new ArrayList<>();
  private String origin;
  private String site = "localhost";
  private boolean verifies = true;
  private boolean synced;
  private boolean crossOrigin;
  private int counter = 1;
  private int step = 1;

  public SoftwareAuthenticator(Algorithm algorithm, String origin) {
    this.algorithm = algorithm;
    this.origin = origin;
  }

  /// The page that asks is of this origin from now on.
  public SoftwareAuthenticator at(String otherOrigin) {
    origin = otherOrigin;
    return this;
  }

  /// The relying party that is signed for, whatever the options say.
  public SoftwareAuthenticator of(String relyingParty) {
    site = relyingParty;
    return this;
  }

  /// Whether it asks for a finger or a PIN.
  public SoftwareAuthenticator verifying(boolean verifiesUser) {
    verifies = verifiesUser;
    return this;
  }

  /// As passkeys of a provider's cloud: backed up, and without a counter.
  public SoftwareAuthenticator synced() {
    synced = true;
    counter = 0;
    step = 0;
    return this;
  }

  /// The page is in a frame of another site.
  public SoftwareAuthenticator framed() {
    crossOrigin = true;
    return this;
  }

  /// The counter of the next answer.
  public SoftwareAuthenticator counting(int next) {
    counter = next;
    return this;
  }

  /// `RegistrationResponseJSON` for the options of a registration.
  public String register(String options) {
    JsonNode publicKey = JSON.readTree(options).get("publicKey");
    KeyPair keys = generate();
    byte[] id = new byte[32];
    new SecureRandom().nextBytes(id);
    residents.add(new Resident(text(id), keys, publicKey.get("user").get("id").asString()));
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.writeBytes(head(ATTESTED));
    data.writeBytes(new byte[16]);
    data.writeBytes(ByteBuffer.allocate(2).putShort((short) id.length).array());
    data.writeBytes(id);
    data.writeBytes(Cbor.encode(cose(keys.getPublic())));
    Map<String, Object> attestation = new LinkedHashMap<>();
    attestation.put("fmt", "none");
    attestation.put("attStmt", Map.of());
    attestation.put("authData", data.toByteArray());
    return answer(
        text(id),
        Map.of(
            "clientDataJSON", text(clientData("webauthn.create", publicKey)),
            "attestationObject", text(Cbor.encode(attestation)),
            "transports", List.of("internal")));
  }

  /// `AuthenticationResponseJSON` for the options of a request, by the passkey made last.
  public String answer(String options) {
    JsonNode publicKey = JSON.readTree(options).get("publicKey");
    Resident resident = residents.getLast();
    byte[] data = head(0);
    byte[] client = clientData("webauthn.get", publicKey);
    byte[] signed = Arrays.copyOf(data, data.length + 32);
    System.arraycopy(sha256(client), 0, signed, data.length, 32);
    return answer(
        resident.id(),
        Map.of(
            "clientDataJSON", text(client),
            "authenticatorData", text(data),
            "signature", text(sign(resident.keys(), signed)),
            "userHandle", resident.userHandle()));
  }

  private String answer(String id, Map<String, Object> response) {
    return JSON.writeValueAsString(
        Map.of(
            "id",
            id,
            "rawId",
            id,
            "type",
            "public-key",
            "response",
            response,
            "clientExtensionResults",
            Map.of()));
  }

  private byte[] head(int more) {
    int flags =
        USER_PRESENT
            | (verifies ? USER_VERIFIED : 0)
            | (synced ? BACKUP_ELIGIBLE | BACKED_UP : 0)
            | more;
    ByteBuffer head =
        ByteBuffer.allocate(37)
            .put(sha256(site.getBytes(StandardCharsets.UTF_8)))
            .put((byte) flags)
            .putInt(counter);
    counter += step;
    return head.array();
  }

  private byte[] clientData(String type, JsonNode publicKey) {
    Map<String, Object> client = new LinkedHashMap<>();
    client.put("type", type);
    client.put("challenge", publicKey.get("challenge").asString());
    client.put("origin", origin);
    client.put("crossOrigin", crossOrigin);
    return JSON.writeValueAsBytes(client);
  }

  private KeyPair generate() {
    try {
      return switch (algorithm) {
        case ES256 -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
          generator.initialize(new ECGenParameterSpec("secp256r1"));
          yield generator.generateKeyPair();
        }
        case EDDSA -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        case RS256 -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(2048);
          yield generator.generateKeyPair();
        }
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<Integer, Object> cose(PublicKey key) {
    Map<Integer, Object> cose = new LinkedHashMap<>();
    switch (key) {
      case ECPublicKey ec -> {
        cose.put(1, 2);
        cose.put(3, algorithm.cose);
        cose.put(-1, 1);
        cose.put(-2, fixed(ec.getW().getAffineX()));
        cose.put(-3, fixed(ec.getW().getAffineY()));
      }
      case RSAPublicKey rsa -> {
        cose.put(1, 3);
        cose.put(3, algorithm.cose);
        cose.put(-1, unsigned(rsa.getModulus()));
        cose.put(-2, unsigned(rsa.getPublicExponent()));
      }
      default -> {
        byte[] encoded = key.getEncoded();
        cose.put(1, 1);
        cose.put(3, algorithm.cose);
        cose.put(-1, 6);
        cose.put(-2, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
      }
    }
    return cose;
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte[] fixed(BigInteger coordinate) {
    byte[] bytes = unsigned(coordinate);
    byte[] padded = new byte[32];
    System.arraycopy(bytes, 0, padded, 32 - bytes.length, bytes.length);
    return padded;
  }

  private byte[] sign(KeyPair keys, byte[] content) {
    try {
      Signature signature = Signature.getInstance(algorithm.name);
      signature.initSign(keys.getPrivate());
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
