package io.keymantle.source.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a [FakeAws] keeps: names with their versions, the same for both services.
final class FakeAwsItems {
  private static final int PAGE = 10;

  private final ObjectMapper json;
  private final Map<String, List<String>> versions = new ConcurrentSkipListMap<>();
  private final Map<String, String> binaries = new ConcurrentSkipListMap<>();

  FakeAwsItems(ObjectMapper json) {
    this.json = json;
  }

  void put(String name, String value) {
    versions.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  /// @param encoded in base64
  void putBinary(String name, String encoded) {
    binaries.put(name, encoded);
  }

  static String versionId(int number) {
    return "00000000-0000-4000-8000-%012d".formatted(number);
  }

  Optional<JsonNode> secret(JsonNode input) {
    String name = input.path("SecretId").asString();
    if (binaries.containsKey(name)) {
      return Optional.of(
          json.createObjectNode()
              .put("Name", name)
              .put("VersionId", versionId(1))
              .put("SecretBinary", binaries.get(name)));
    }
    List<String> its = versions.getOrDefault(name, List.of());
    int number = its.size();
    if (input.has("VersionId")) {
      String id = input.path("VersionId").asString();
      number = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    } else {
      // Says nothing without a stage, so that a source that leaves it out is seen.
      number =
          switch (input.path("VersionStage").asString("")) {
            case "AWSCURRENT" -> number;
            case "AWSPREVIOUS" -> number - 1;
            default -> 0;
          };
    }
    if (number < 1 || number > its.size()) {
      return Optional.empty();
    }
    return Optional.of(
        json.createObjectNode()
            .put("ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name)
            .put("Name", name)
            .put("VersionId", versionId(number))
            .put("SecretString", its.get(number - 1)));
  }

  Optional<JsonNode> parameter(JsonNode input) {
    String[] name = input.path("Name").asString().split(":");
    List<String> its = versions.getOrDefault(name[0], List.of());
    int number = name.length > 1 ? Integer.parseInt(name[1]) : its.size();
    if (number < 1 || number > its.size()) {
      return Optional.empty();
    }
    String value = input.path("WithDecryption").asBoolean(false) ? its.get(number - 1) : "AQICAH";
    ObjectNode parameter =
        json.createObjectNode()
            .put("Name", name[0])
            .put("Type", "SecureString")
            .put("Value", value)
            .put("Version", number);
    return Optional.of(json.createObjectNode().set("Parameter", parameter));
  }

  JsonNode list(JsonNode input, String array) {
    String beginning =
        input.path("Filters").path(0).path("Values").path(0).asString("")
            + input.path("ParameterFilters").path(0).path("Values").path(0).asString("");
    List<String> names =
        versions.keySet().stream().filter(name -> name.startsWith(beginning)).toList();
    int from = Integer.parseInt(input.path("NextToken").asString("0"));
    int to = Math.min(names.size(), from + PAGE);
    ObjectNode output = json.createObjectNode();
    var list = output.putArray(array);
    for (String name : names.subList(from, to)) {
      list.addObject().put("Name", name).putArray("Tags").addObject().put("Name", "no name");
    }
    if (to < names.size()) {
      output.put("NextToken", String.valueOf(to));
    }
    return output;
  }
}
