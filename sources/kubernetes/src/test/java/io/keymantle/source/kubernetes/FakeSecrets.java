package io.keymantle.source.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The Secrets of a [FakeApiServer], and what the API answers about them. Each carries its values
/// in an annotation too, as `kubectl apply` leaves them there.
final class FakeSecrets {
  record Answer(int status, String body) {}

  private static final Pattern ONE = Pattern.compile("/api/v1/namespaces/([^/]+)/secrets/([^/]+)");
  private static final Pattern LIST = Pattern.compile("/api/v1/(?:namespaces/([^/]+)/)?secrets");

  private final ObjectMapper json = new ObjectMapper();
  private final ConcurrentSkipListMap<String, ObjectNode> secrets = new ConcurrentSkipListMap<>();
  private final AtomicInteger version = new AtomicInteger(100);

  /// The only namespace that may be listed; empty for all.
  volatile Optional<String> onlyNamespace = Optional.empty();

  /// Whether it gives whole Secrets where metadata was asked for.
  volatile boolean givesAll;

  /// Pages that are answered with 410 from now on.
  final AtomicInteger expiredPages = new AtomicInteger();

  volatile boolean saysHowToGoOn;

  void put(String path, Map<String, byte[]> data) {
    String[] steps = path.split("/", 2);
    ObjectNode secret = json.createObjectNode();
    secret.put("kind", "Secret").put("apiVersion", "v1").put("type", "Opaque");
    ObjectNode metadata = secret.putObject("metadata");
    metadata
        .put("name", steps[1])
        .put("namespace", steps[0])
        .put("uid", "uid-of-" + steps[1])
        .put("resourceVersion", Integer.toString(version.incrementAndGet()));
    ObjectNode values = secret.putObject("data");
    data.forEach((key, value) -> values.put(key, Base64.getEncoder().encodeToString(value)));
    metadata
        .putObject("annotations")
        .put("kubectl.kubernetes.io/last-applied-configuration", "canary-value " + values);
    secrets.put(path, secret);
  }

  void put(String path, String key, String value) {
    put(path, Map.of(key, value.getBytes(UTF_8)));
  }

  /// Stores a value that is no base64, as no API server would.
  void putRaw(String path, String key, String raw) {
    put(path, Map.of());
    secrets.get(path).putObject("data").put(key, raw);
  }

  Answer answer(String path, String query, String accept) {
    if (path.equals("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")) {
      return new Answer(
          201, "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":false}}");
    }
    Matcher one = ONE.matcher(path);
    if (one.matches()) {
      ObjectNode secret = secrets.get(one.group(1) + "/" + one.group(2));
      return secret == null
          ? status(404, "NotFound", "secrets \"" + one.group(2) + "\" not found")
          : new Answer(200, secret.toString());
    }
    Matcher list = LIST.matcher(path);
    if (list.matches()) {
      return list(Optional.ofNullable(list.group(1)), query, accept);
    }
    return new Answer(404, "404 page not found");
  }

  private Answer list(Optional<String> namespace, String query, String accept) {
    if (onlyNamespace.isPresent() && !onlyNamespace.equals(namespace)) {
      return status(403, "Forbidden", "User \"system:serviceaccount:apps:bot\" cannot list");
    }
    int start = number(query, "continue", 0);
    if (expiredPages.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      String on = saysHowToGoOn ? ",\"metadata\":{\"continue\":\"" + start + "\"}" : "";
      return new Answer(410, "{\"kind\":\"Status\",\"reason\":\"Expired\",\"code\":410" + on + "}");
    }
    boolean metadata = accept.contains("as=PartialObjectMetadataList") && !givesAll;
    List<ObjectNode> all =
        secrets.entrySet().stream()
            .filter(each -> namespace.isEmpty() || each.getKey().startsWith(namespace.get() + "/"))
            .map(Map.Entry::getValue)
            .toList();
    int until = Math.min(all.size(), start + number(query, "limit", all.size()));
    ObjectNode answer = json.createObjectNode();
    answer.put("kind", metadata ? "PartialObjectMetadataList" : "SecretList");
    answer.putObject("metadata").put("continue", until < all.size() ? Integer.toString(until) : "");
    ArrayNode items = answer.putArray("items");
    for (ObjectNode each : all.subList(start, until)) {
      items.add(metadata ? json.createObjectNode().set("metadata", each.get("metadata")) : each);
    }
    return new Answer(200, answer.toString());
  }

  private static int number(String query, String name, int otherwise) {
    Matcher found = Pattern.compile("(?:^|&)" + name + "=(\\d+)").matcher(query);
    return found.find() ? Integer.parseInt(found.group(1)) : otherwise;
  }

  static Answer status(int code, String reason, String message) {
    return new Answer(
        code,
        new ObjectMapper()
            .createObjectNode()
            .put("kind", "Status")
            .put("apiVersion", "v1")
            .put("status", "Failure")
            .put("message", message)
            .put("reason", reason)
            .put("code", code)
            .toString());
  }
}
