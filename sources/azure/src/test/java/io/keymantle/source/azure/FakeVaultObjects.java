package io.keymantle.source.azure;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a [FakeAzure] keeps: secrets, certificates and keys, each with its versions. A certificate
/// is there as secret and as key too, as in a vault.
final class FakeVaultObjects {
  private static final int PAGE = 10;
  private static final Pattern OBJECT =
      Pattern.compile("/(secrets|certificates|keys)/([^/]+)/?([0-9a-f]*)");

  private final ObjectMapper json;
  private volatile URI address;

  /// By collection and name, as in `secrets/app`.
  private final Map<String, List<ObjectNode>> versions = new ConcurrentSkipListMap<>();

  private final TreeSet<String> disabled = new TreeSet<>();
  private volatile Optional<String> strayLink = Optional.empty();

  FakeVaultObjects(ObjectMapper json, URI address) {
    this.json = json;
    this.address = address;
  }

  /// Names objects at this address from now on, since that is where they are asked for.
  void seenAs(URI its) {
    address = its;
  }

  static String versionId(int number) {
    return "%032x".formatted(number);
  }

  /// The object, for what a test adds to it.
  ObjectNode put(String name, String value) {
    ObjectNode secret = add("secrets/" + name, "id").put("value", value);
    secret.putObject("attributes").put("enabled", true).put("recoveryLevel", "Recoverable");
    return secret;
  }

  void putCertificate(String name, RsaCertificate its, String contentType, String value) {
    put(name, value).put("contentType", contentType).put("managed", true);
    add("certificates/" + name, "id")
        .put("cer", Base64.getEncoder().encodeToString(its.encoded()))
        .putObject("attributes")
        .put("enabled", true);
    putKey(name).put("managed", true);
  }

  ObjectNode putKey(String name) {
    ObjectNode bundle = add("keys/" + name, "");
    int number = versions.get("keys/" + name).size();
    bundle
        .putObject("key")
        .put("kid", address + "/keys/" + name + "/" + versionId(number))
        .put("kty", "RSA")
        .put("n", "AKCc")
        .put("e", "AQAB")
        .putArray("key_ops")
        .add("encrypt");
    bundle.putObject("attributes").put("enabled", true);
    return bundle;
  }

  private ObjectNode add(String object, String idMember) {
    List<ObjectNode> its = versions.computeIfAbsent(object, _ -> new ArrayList<>());
    ObjectNode made = json.createObjectNode();
    its.add(made);
    if (!idMember.isEmpty()) {
      made.put(idMember, address + "/" + object + "/" + versionId(its.size()));
    }
    return made;
  }

  void expire(String name, Instant from, Instant until) {
    ObjectNode attributes =
        (ObjectNode) versions.get("secrets/" + name).getLast().get("attributes");
    attributes.put("nbf", from.getEpochSecond()).put("exp", until.getEpochSecond());
  }

  void disable(String name) {
    disabled.add("secrets/" + name);
  }

  /// Lets lists go on there, instead of at the vault.
  void continueAt(String link) {
    strayLink = Optional.of(link);
  }

  boolean isDisabled(URI asked) {
    Matcher object = OBJECT.matcher(asked.getPath());
    return object.matches() && disabled.contains(object.group(1) + "/" + object.group(2));
  }

  String notFound(URI asked) {
    String path = asked.getPath();
    return path.startsWith("/secrets")
        ? "SecretNotFound"
        : path.startsWith("/keys") ? "KeyNotFound" : "CertificateNotFound";
  }

  Optional<JsonNode> find(URI asked) {
    Matcher object = OBJECT.matcher(asked.getPath());
    if (!object.matches()) {
      return Optional.of(list(asked.getPath().substring(1), asked.getQuery()));
    }
    List<ObjectNode> its =
        versions.getOrDefault(object.group(1) + "/" + object.group(2), List.of());
    int number = object.group(3).isEmpty() ? its.size() : Integer.parseInt(object.group(3), 16);
    return number < 1 || number > its.size() || isDisabled(asked)
        ? Optional.empty()
        : Optional.of(its.get(number - 1));
  }

  private JsonNode list(String collection, String query) {
    List<String> names =
        versions.keySet().stream().filter(each -> each.startsWith(collection + "/")).toList();
    Matcher token = Pattern.compile("\\$skiptoken=([A-Za-z0-9]+)").matcher(query);
    Matcher size = Pattern.compile("maxresults=(\\d+)").matcher(query);
    int from = token.find() ? Integer.parseInt(token.group(1)) : 0;
    int most = size.find() ? Math.min(PAGE, Integer.parseInt(size.group(1))) : PAGE;
    int to = Math.min(names.size(), from + most);
    ObjectNode output = json.createObjectNode();
    var list = output.putArray("value");
    for (String name : names.subList(from, to)) {
      ObjectNode item =
          list.addObject().put(collection.equals("keys") ? "kid" : "id", address + "/" + name);
      ObjectNode newest = versions.get(name).getLast();
      if (newest.has("managed")) {
        item.put("managed", true);
      }
      item.set("attributes", newest.get("attributes"));
    }
    String next =
        "%s/%s?api-version=7.4&$skiptoken=%d&maxresults=%d"
            .formatted(address, collection, to, most);
    if (strayLink.isPresent() || to < names.size()) {
      output.put("nextLink", strayLink.orElse(next));
    } else {
      output.putNull("nextLink");
    }
    return output;
  }
}
