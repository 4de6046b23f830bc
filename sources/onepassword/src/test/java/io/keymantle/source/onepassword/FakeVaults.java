package io.keymantle.source.onepassword;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The vaults of a [FakeConnect], and what the API answers about them.
final class FakeVaults {
  record Answer(int status, String type, byte[] body) {}

  private static final String JSON = "application/json";

  private static final Pattern VAULT = Pattern.compile("/v1/vaults/([^/]+)/items");
  private static final Pattern ITEM = Pattern.compile("/v1/vaults/([^/]+)/items/([^/]+)");
  private static final Pattern FILE =
      Pattern.compile("/v1/vaults/([^/]+)/items/([^/]+)/files/([^/]+)/content");
  private static final Pattern FILTER = Pattern.compile("filter=(name|title) eq (\".*\")");

  private final ObjectMapper json = new ObjectMapper();
  private final AtomicInteger ids = new AtomicInteger(100);
  private final Map<String, ObjectNode> vaults = new ConcurrentSkipListMap<>();
  private final Map<String, Map<String, ObjectNode>> items = new ConcurrentSkipListMap<>();
  private final Map<String, byte[]> files = new HashMap<>();

  private String id() {
    return "abcdefghijklmnopqrstuvw" + ids.incrementAndGet();
  }

  /// @return its id
  String vault(String name) {
    String id = id();
    vaults.put(
        id, json.createObjectNode().put("id", id).put("name", name).put("type", "USER_CREATED"));
    items.put(id, new ConcurrentSkipListMap<>());
    return id;
  }

  /// @return the whole of it, to be filled in
  ObjectNode item(String vault, String title) {
    String id = id();
    ObjectNode item =
        json.createObjectNode()
            .put("id", id)
            .put("title", title)
            .put("category", "LOGIN")
            .put("version", 1);
    item.putObject("vault").put("id", vault);
    item.putArray("fields");
    item.putArray("sections");
    item.putArray("files");
    items.get(vault).put(id, item);
    return item;
  }

  /// Puts another password into the item of that title, or a new one.
  void password(String vault, String title, String value) {
    for (ObjectNode item : items.get(vault).values()) {
      if (item.get("title").stringValue().equals(title)) {
        ((ObjectNode) item.get("fields").get(0)).put("value", value);
        item.put("version", item.get("version").intValue() + 1);
        return;
      }
    }
    field(item(vault, title), "password", "password", value).put("purpose", "PASSWORD");
  }

  static ObjectNode field(ObjectNode item, String id, String label, String value) {
    return ((ArrayNode) item.get("fields"))
        .addObject()
        .put("id", id)
        .put("type", "CONCEALED")
        .put("label", label)
        .put("value", value);
  }

  static void section(ObjectNode item, String id, String label) {
    ((ArrayNode) item.get("sections")).addObject().put("id", id).put("label", label);
  }

  ObjectNode file(ObjectNode item, String name, byte[] content) {
    String id = id();
    files.put(id, content);
    return ((ArrayNode) item.get("files"))
        .addObject()
        .put("id", id)
        .put("name", name)
        .put("size", content.length);
  }

  Answer answer(String path, String query) {
    if (path.equals("/v1/vaults")) {
      return list(List.copyOf(vaults.values()), "name", query);
    }
    Matcher file = FILE.matcher(path);
    if (file.matches() && files.containsKey(file.group(3))) {
      return new Answer(200, "application/octet-stream", files.get(file.group(3)));
    }
    Matcher vault = VAULT.matcher(path);
    if (vault.matches() && vaults.containsKey(vault.group(1))) {
      // A list has no fields.
      return list(
          items.get(vault.group(1)).values().stream()
              .map(item -> item.deepCopy().remove(List.of("fields", "sections", "files")))
              .toList(),
          "title",
          query);
    }
    Matcher item = ITEM.matcher(path);
    if (item.matches()
        && vaults.containsKey(item.group(1))
        && items.get(item.group(1)).containsKey(item.group(2))) {
      return ok(items.get(item.group(1)).get(item.group(2)).toString());
    }
    return error(404, "item canary-value not found");
  }

  private Answer list(List<ObjectNode> all, String member, String query) {
    Matcher filter = FILTER.matcher(query);
    ArrayNode found = json.createArrayNode();
    if (query.isEmpty()) {
      all.forEach(found::add);
    } else if (filter.matches() && filter.group(1).equals(member)) {
      String name = json.readValue(filter.group(2), String.class);
      all.stream()
          .filter(each -> each.get(member).stringValue().equalsIgnoreCase(name))
          .forEach(found::add);
    } else {
      return error(400, "no such filter");
    }
    return ok(found.toString());
  }

  private static Answer ok(String body) {
    return new Answer(200, JSON, body.getBytes(UTF_8));
  }

  static Answer error(int status, String message) {
    return new Answer(
        status,
        JSON,
        ("{\"status\":" + status + ",\"message\":\"" + message + "\"}").getBytes(UTF_8));
  }
}
