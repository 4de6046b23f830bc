package io.keymantle.source.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.MalformedContentException;
import io.keymantle.testkit.TestClock;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// What a [FakeVault] has: engines, secrets, tokens with their leases.
final class FakeVaultState {
  record Answer(int status, String body) {}

  private record Token(Instant end, boolean renewable) {}

  private final TestClock clock;
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /// Secrets of KV version 2, the newest last; an empty text is a deleted version.
  final Map<String, List<String>> versioned = new ConcurrentHashMap<>();

  /// Secrets of KV version 1, under `old/`.
  final Map<String, String> plain = new ConcurrentHashMap<>();

  /// The bodies that logins have to have, by path; other logins are refused.
  final Map<String, String> logins = new ConcurrentHashMap<>();

  volatile Duration lease = Duration.ofHours(1);
  volatile boolean renewable = true;
  volatile Duration longest = Duration.ofDays(32);
  volatile boolean tellsMounts = true;

  FakeVaultState(TestClock clock) {
    this.clock = clock;
  }

  void endTokens() {
    tokens.clear();
  }

  /// A token that somebody has made.
  String token(Duration time, boolean canBeRenewed) {
    String made = "hvs.canary-token-" + numbers.incrementAndGet();
    tokens.put(
        made, new Token(time.isZero() ? Instant.MAX : clock.instant().plus(time), canBeRenewed));
    return made;
  }

  static Answer error(int status, String error) {
    return new Answer(status, "{\"errors\":[" + quoted(error) + "]}");
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(each -> {
          if (each == '"' || each == '\\' || each < ' ') {
            out.append(String.format("\\u%04x", each));
          } else {
            out.append((char) each);
          }
        });
    return out.append('"').toString();
  }

  private static Answer data(String data, String leaseId, long seconds) {
    return new Answer(
        200,
        "{\"request_id\":\"6f1c1c2e-0000-4000-8000-000000000001\",\"lease_id\":"
            + quoted(leaseId)
            + ",\"renewable\":false,\"lease_duration\":"
            + seconds
            + ",\"data\":"
            + data
            + ",\"wrap_info\":null,\"warnings\":null,\"auth\":null}\n");
  }

  Answer answer(FakeVault.Call call, String query, boolean certificate) {
    String path = URLDecoder.decode(call.path().replace("+", "%2B"), UTF_8);
    if (path.startsWith("auth/") && path.contains("/login")) {
      return login(path, call.body(), certificate);
    }
    if (call.token().isEmpty()) {
      return error(400, "missing client token");
    }
    Token token = tokens.get(call.token());
    if (token == null || !clock.instant().isBefore(token.end())) {
      return error(403, "permission denied");
    }
    return switch (path) {
      case "auth/token/lookup-self" -> lookup(token);
      case "auth/token/renew-self" -> renewed(call.token(), token);
      case "sys/internal/ui/mounts" ->
          data(
              "{\"auth\":{},\"secret\":{\"old/\":{\"type\":\"kv\",\"options\":null},\"secret/\":"
                  + "{\"type\":\"kv\",\"options\":{\"version\":\"2\"}},\"transit/\":{\"type\":"
                  + "\"transit\",\"options\":null}}}",
              "",
              0);
      default -> engine(call, path, query);
    };
  }

  private Answer login(String path, String body, boolean certificate) {
    String wanted = logins.get(path);
    if (wanted == null || path.startsWith("auth/cert/") && !certificate) {
      return error(400, "invalid role or secret ID canary-value");
    }
    if (!wanted.equals(body)) {
      return error(400, "invalid role or secret ID " + body);
    }
    return auth(token(lease, renewable), lease, renewable);
  }

  private static Answer auth(String token, Duration lease, boolean renewable) {
    return new Answer(
        200,
        "{\"request_id\":\"r\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,\"data\":"
            + "null,\"wrap_info\":null,\"warnings\":null,\"auth\":{\"client_token\":"
            + quoted(token)
            + ",\"accessor\":\"a\",\"policies\":[\"default\"],\"lease_duration\":"
            + lease.toSeconds()
            + ",\"renewable\":"
            + renewable
            + "}}");
  }

  private Answer lookup(Token token) {
    long left =
        token.end().equals(Instant.MAX)
            ? 0
            : Duration.between(clock.instant(), token.end()).toSeconds();
    return data(
        "{\"id\":\"hidden\",\"ttl\":" + left + ",\"renewable\":" + token.renewable() + "}", "", 0);
  }

  private Answer renewed(String name, Token token) {
    if (!token.renewable()) {
      return error(400, "lease is not renewable");
    }
    Duration longer = lease.compareTo(longest) < 0 ? lease : longest;
    tokens.put(name, new Token(clock.instant().plus(longer), true));
    return auth(name, longer, true);
  }

  private Answer engine(FakeVault.Call call, String path, String query) {
    String preflight = "sys/internal/ui/mounts/";
    if (path.startsWith(preflight)) {
      return tellsMounts
          ? mount(path.substring(preflight.length()))
          : error(403, "preflight capability check returned 403");
    }
    if (call.method().equals("LIST")) {
      return list(path);
    }
    if (path.startsWith("secret/data/")) {
      return versioned(path.substring("secret/data/".length()), query);
    }
    if (path.startsWith("old/")) {
      String found = plain.get(path.substring("old/".length()));
      return found == null ? new Answer(404, "{\"errors\":[]}") : data(found, "", 2764800);
    }
    return dynamic(call, path);
  }

  private static Answer mount(String path) {
    String mount = path.substring(0, path.indexOf('/') + 1);
    String type =
        switch (mount) {
          case "secret/" -> "\"kv\",\"options\":{\"version\":\"2\"}";
          case "old/" -> "\"kv\",\"options\":null";
          case "transit/", "pki/", "database/" ->
              quoted(mount.substring(0, mount.length() - 1)) + ",\"options\":null";
          default -> "";
        };
    return type.isEmpty()
        ? error(403, "preflight capability check returned 403, please ensure client's policies")
        : data("{\"path\":" + quoted(mount) + ",\"type\":" + type + "}", "", 0);
  }

  private Answer versioned(String name, String query) {
    List<String> all = versioned.getOrDefault(name, List.of());
    int number =
        query.startsWith("version=")
            ? Integer.parseInt(query.substring("version=".length()))
            : all.size();
    if (number < 1 || number > all.size()) {
      return new Answer(404, "{\"errors\":[]}");
    }
    String found = all.get(number - 1);
    Answer answer =
        data(
            "{\"data\":"
                + (found.isEmpty() ? "null" : found)
                + ",\"metadata\":{\"created_time\":\"2026-11-01T00:00:00Z\",\"deletion_time\":"
                + (found.isEmpty() ? "\"2026-11-02T00:00:00Z\"" : "\"\"")
                + ",\"destroyed\":false,\"version\":"
                + number
                + "}}",
            "",
            0);
    return found.isEmpty() ? new Answer(404, answer.body()) : answer;
  }

  private Answer list(String path) {
    Map<String, ?> all = path.startsWith("secret/metadata") ? versioned : plain;
    String under = path.replaceFirst("^(secret/metadata|old)/?", "");
    String folder = under.isEmpty() ? "" : under + "/";
    TreeSet<String> keys =
        new TreeMap<>(all)
            .keySet().stream()
                .filter(name -> name.startsWith(folder))
                .map(name -> name.substring(folder.length()).replaceFirst("/.*", "/"))
                .collect(Collectors.toCollection(TreeSet::new));
    return keys.isEmpty()
        ? new Answer(404, "{\"errors\":[]}")
        : data(
            keys.stream()
                .map(FakeVaultState::quoted)
                .collect(Collectors.joining(",", "{\"keys\":[", "]}")),
            "",
            0);
  }

  private Answer dynamic(FakeVault.Call call, String path) {
    return switch (call.method() + " " + path) {
      case "GET database/creds/app" -> {
        int number = numbers.incrementAndGet();
        yield data(
            "{\"username\":\"v-app-" + number + "\",\"password\":\"canary-value-" + number + "\"}",
            "database/creds/app/" + number,
            600);
      }
      case "POST transit/decrypt/app" -> decrypted(call.body());
      case "POST pki/issue/web" -> issued(call.body());
      default -> error(404, "no handler for route '" + path + "'");
    };
  }

  /// Its ciphertexts are the text in base64, twice.
  private static Answer decrypted(String body) {
    Optional<String> ciphertext =
        member(body, "/ciphertext").filter(text -> text.startsWith("vault:v3:"));
    if (ciphertext.isEmpty()) {
      return error(400, "invalid ciphertext: canary-value");
    }
    String inner =
        new String(
            Base64.getDecoder().decode(ciphertext.get().substring("vault:v3:".length())), UTF_8);
    return data("{\"plaintext\":" + quoted(inner) + "}", "", 0);
  }

  private Answer issued(String body) {
    if (!member(body, "/common_name").equals(Optional.of("web.example"))) {
      return error(400, "common name canary-value not allowed by this role");
    }
    long seconds = member(body, "/ttl").equals(Optional.of("1h")) ? 3600 : 60;
    return data(
        "{\"certificate\":\"canary-value-certificate\",\"private_key\":\"canary-value-key\","
            + "\"serial_number\":\"39:dd:2e\",\"expiration\":"
            + clock.instant().plusSeconds(seconds).getEpochSecond()
            + "}",
        "",
        0);
  }

  private static Optional<String> member(String body, String pointer) {
    try {
      return JsonString.find(body.getBytes(UTF_8), pointer).map(found -> new String(found, UTF_8));
    } catch (MalformedContentException e) {
      return Optional.empty();
    }
  }

  /// Puts another version of a secret, as the text of its JSON.
  void put(String name, String json) {
    versioned.computeIfAbsent(name, _ -> new ArrayList<>()).add(json);
  }
}
