package io.keymantle.source.gcp;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a [FakeGcp] keeps: secrets of projects, with their versions. Answers name a project by its
/// number, as Google's do.
final class FakeGcpSecrets {
  static final String PROJECT = "projects/my-project/secrets/";

  private static final int PAGE = 10;
  private static final Pattern ACCESS =
      Pattern.compile("/v1/(projects/.+/secrets/)([^/]+)/versions/([^/:]+):access");
  private static final Pattern LIST = Pattern.compile("/v1/(projects/.+/secrets)");

  private final ObjectMapper json;
  private final Map<String, List<String>> versions = new ConcurrentSkipListMap<>();
  private final Map<String, String> aliases = new ConcurrentSkipListMap<>();
  private final TreeSet<String> disabled = new TreeSet<>();

  FakeGcpSecrets(ObjectMapper json) {
    this.json = json;
  }

  /// @param name with its project, as in `projects/P/secrets/NAME`
  void put(String name, String value) {
    versions.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  void alias(String name, int version) {
    aliases.put(name, String.valueOf(version));
  }

  /// @param version as in `projects/P/secrets/NAME/versions/3`
  void disable(String version) {
    disabled.add(version);
  }

  boolean isDisabled(URI asked) {
    Matcher access = ACCESS.matcher(asked.getPath());
    return access.matches()
        && disabled.contains(access.group(1) + access.group(2) + "/versions/" + access.group(3));
  }

  Optional<JsonNode> find(URI asked) {
    Matcher access = ACCESS.matcher(asked.getPath());
    if (access.matches()) {
      return isDisabled(asked)
          ? Optional.empty()
          : version(access.group(1), access.group(2), access.group(3));
    }
    Matcher list = LIST.matcher(asked.getPath());
    return list.matches()
        ? Optional.of(list(list.group(1) + "/", String.valueOf(asked.getQuery())))
        : Optional.empty();
  }

  private Optional<JsonNode> version(String parent, String name, String version) {
    List<String> its = versions.getOrDefault(parent + name, List.of());
    String named = version.equals("latest") ? String.valueOf(its.size()) : version;
    String number = aliases.getOrDefault(named, named);
    if (!number.matches("\\d{1,4}")
        || Integer.parseInt(number) < 1
        || Integer.parseInt(number) > its.size()) {
      return Optional.empty();
    }
    byte[] value = its.get(Integer.parseInt(number) - 1).getBytes(StandardCharsets.UTF_8);
    CRC32C sum = new CRC32C();
    sum.update(value);
    return Optional.of(
        json.createObjectNode()
            .put("name", byNumber(parent) + name + "/versions/" + number)
            .set(
                "payload",
                json.createObjectNode()
                    .put("data", Base64.getEncoder().encodeToString(value))
                    .put("dataCrc32c", String.valueOf(sum.getValue()))));
  }

  private JsonNode list(String parent, String query) {
    List<String> names =
        versions.keySet().stream()
            .filter(name -> name.startsWith(parent))
            .map(name -> name.substring(parent.length()))
            .toList();
    Matcher token = Pattern.compile("pageToken=page\\+(\\d+)").matcher(query);
    Matcher size = Pattern.compile("pageSize=(\\d+)").matcher(query);
    int from = token.find() ? Integer.parseInt(token.group(1)) : 0;
    int most = size.find() ? Math.min(PAGE, Integer.parseInt(size.group(1))) : PAGE;
    int to = Math.min(names.size(), from + most);
    ObjectNode output = json.createObjectNode();
    var list = output.putArray("secrets");
    for (String name : names.subList(from, to)) {
      list.addObject()
          .put("name", byNumber(parent) + name)
          .put("createTime", "2026-01-02T03:04:05.678901Z")
          .set("replication", json.createObjectNode().set("automatic", json.createObjectNode()));
    }
    if (to < names.size()) {
      output.put("nextPageToken", "page+" + to);
    }
    return output.put("totalSize", names.size());
  }

  private static String byNumber(String parent) {
    return parent.replaceFirst("projects/[^/]+/", "projects/123456789012/");
  }
}
