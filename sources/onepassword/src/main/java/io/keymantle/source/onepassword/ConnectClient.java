package io.keymantle.source.onepassword;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Calls of a Connect server, and how it finds things by name. Thread-safe.
final class ConnectClient {
  private static final String ID = "[0-9a-z]{26}";

  private final SourceSettings settings;
  private final URI address;
  private final Duration timeout;
  private final ProviderClient client;

  /// Something with an id and a name.
  record Named(String id, String name) {}

  /// @param timeout of one call
  ConnectClient(SourceSettings settings, Duration timeout) {
    this.settings = settings;
    this.address =
        settings.secureAddress(
            settings.required("address", "OP_CONNECT_HOST").replaceFirst("/v1/?$", ""));
    this.timeout = timeout;
    this.client = new ProviderClient(settings.scheme(), settings.tls());
    if (!settings.secrets().containsKey("token")
        && settings.variable("OP_CONNECT_TOKEN").isEmpty()) {
      throw settings.refused("it has no token", "give it the login token, or set OP_CONNECT_TOKEN");
    }
  }

  /// @param path below `/v1`; its steps are encoded by the caller
  ProviderReply get(String path) throws SourceException {
    byte[] token =
        settings
            .login("token")
            .or(() ->
                settings
                    .variable("OP_CONNECT_TOKEN")
                    .map(text -> text.getBytes(StandardCharsets.UTF_8)))
            .orElseThrow(() ->
                new SourceException(
                    Reason.UNAUTHENTICATED, "the token is gone", "give it the login token"));
    String header = "Bearer " + new String(token, StandardCharsets.UTF_8);
    Arrays.fill(token, (byte) 0);
    return client.require(
        ProviderRequest.get(URI.create(address + "/v1" + path))
            .with("authorization", header)
            .within(timeout));
  }

  /// The id of the one thing of that name, or id, in a list.
  ///
  /// @param list a path of the API
  /// @param member what the API calls the name of such things
  /// @param what messages call it
  String id(String list, String member, String name, String what) throws SourceException {
    if (name.matches(ID)) {
      return name;
    }
    // A string of SCIM's filters is one of JSON's (RFC 7644, 3.4.2.2).
    String quoted = name.replace("\\", "\\\\").replace("\"", "\\\"");
    String filter = member + " eq \"" + quoted + "\"";
    String query = URLEncoder.encode(filter, StandardCharsets.UTF_8).replace("+", "%20");
    List<Named> found =
        list(list + "?filter=" + query, member).stream()
            .filter(each -> each.name().equals(name))
            .toList();
    if (found.size() == 1) {
      return found.getFirst().id();
    }
    throw found.isEmpty()
        ? new SourceException(
            Reason.NOT_FOUND,
            "there is no " + what + " " + name + " that this token may see",
            "put it there, or allow the token its vault")
        : new SourceException(
            Reason.FAILED,
            "there are several of the " + what + " " + name,
            "name one by its id, which 1Password shows with op " + what + " list");
  }

  /// What a list has, by the name that the API calls `member`.
  List<Named> list(String path, String member) throws SourceException {
    try (ProviderReply reply = get(path)) {
      List<String> ids = reply.members("", "id");
      List<String> names = reply.members("", member);
      if (ids.size() != names.size() || !isList(reply)) {
        throw malformed(reply, "is no list");
      }
      List<Named> found = new ArrayList<>();
      for (int i = 0; i < ids.size(); i++) {
        found.add(new Named(ids.get(i), names.get(i)));
      }
      return found;
    }
  }

  private static boolean isList(ProviderReply reply) {
    for (byte each : reply.body()) {
      if (each > ' ') {
        return each == '[';
      }
    }
    return false;
  }

  static SourceException malformed(ProviderReply reply, String what) {
    return new SourceException(
        Reason.MALFORMED,
        "the answer" + reply.requestId() + " " + what,
        "see whether the address is the Connect server's");
  }
}
