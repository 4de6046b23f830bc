package io.keymantle.source.gcp;

import io.keymantle.source.http.FormBody;
import io.keymantle.source.http.KeptToken;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;

/// The API of Secret Manager, version 1
/// (https://cloud.google.com/secret-manager/docs/reference/rest). Thread-safe.
final class SecretManager {
  static final String TITLE = "Google Secret Manager";

  /// Pages of a list that are read: more names than anybody looks through.
  private static final int MOST_PAGES = 200;

  private static final String PAGE = "250";

  private final SourceSettings settings;
  private final Optional<URI> endpoint;
  private final ProviderClient client;
  private final GcpLogin login;
  private final KeptToken token;
  private final Duration timeout;

  SecretManager(SourceSettings settings, Clock clock, Duration timeout) {
    this.settings = settings;
    require("project", GcpReference.PROJECT);
    require("location", GcpReference.LOCATION);
    this.endpoint = settings.text("endpoint").map(settings::secureAddress);
    this.client = new ProviderClient(TITLE, settings.tls());
    this.login = new GcpLogin(settings, clock, timeout);
    this.token = new KeptToken(login, clock);
    this.timeout = timeout;
  }

  private void require(String key, String form) {
    if (!settings.text(key).orElse("").matches("(" + form + ")?")) {
      throw settings.refused("its " + key + " is none", "write it as gcloud shows it");
    }
  }

  /// The caller closes the reply.
  ProviderReply access(GcpReference wanted) throws SourceException {
    return call(wanted.parent(), "/" + wanted.version() + ":access");
  }

  /// Reaches the service and logs in, without reading a value: lists one name. Google says that
  /// this is not allowed only to whom it knows, so such an answer will do.
  void test() throws SourceException {
    ProviderReply reply = send("", "?pageSize=1");
    try (reply) {
      if (reply.status() / 100 == 2) {
        reply.text("/nextPageToken");
        return;
      }
      GcpError error = GcpError.of(reply);
      if (!error.isWantOfAPermission()) {
        throw error.exception(client, reply);
      }
    }
  }

  /// The names under a beginning, as references name them.
  List<String> names(String under) throws SourceException {
    Matcher beginning = GcpReference.BEGINNING.matcher(under);
    if (!beginning.matches()) {
      throw new SourceException(
          Reason.FAILED,
          settings.scheme() + " has no names that begin so",
          "write a beginning of a name, or projects/PROJECT/secrets/ with one after it");
    }
    String parent = Optional.ofNullable(beginning.group(1)).orElse("");
    TreeSet<String> found = new TreeSet<>();
    String next = "";
    for (int page = 0; page < MOST_PAGES; page++) {
      FormBody query = new FormBody().with("pageSize", PAGE);
      if (!next.isEmpty()) {
        query.with("pageToken", next);
      }
      try (ProviderReply reply =
          call(parent, "?" + new String(query.finish(), StandardCharsets.US_ASCII))) {
        reply.members("/secrets", "name").stream()
            .map(name -> name.substring(name.lastIndexOf('/') + 1))
            .filter(name -> name.startsWith(beginning.group(2)))
            .forEach(name -> found.add(parent + name));
        next = reply.text("/nextPageToken").orElse("");
      }
      if (next.isEmpty()) {
        return new ArrayList<>(found);
      }
    }
    throw new SourceException(
        Reason.FAILED, TITLE + " has too many names to list", "name the secret itself");
  }

  private ProviderReply call(String parent, String rest) throws SourceException {
    ProviderReply reply = send(parent, rest);
    if (reply.status() / 100 == 2) {
      return reply;
    }
    try (reply) {
      throw GcpError.of(reply).exception(client, reply);
    }
  }

  /// @param parent as in `projects/P/secrets/`; empty for the settings' own
  /// @param rest what comes after `secrets`
  private ProviderReply send(String parent, String rest) throws SourceException {
    return token.send(as -> {
      String whole = parent.isEmpty() ? ownParent() : parent;
      String path = whole.substring(0, whole.length() - 1) + rest;
      ProviderRequest request =
          ProviderRequest.get(URI.create(host(whole) + "/v1/" + path)).within(timeout);
      Optional<String> quota = login.quotaProject();
      return client.send(
          as.on(quota.isPresent() ? request.with("x-goog-user-project", quota.get()) : request));
    });
  }

  private String ownParent() throws SourceException {
    String project =
        login
            .project()
            .filter(text -> text.matches(GcpReference.PROJECT))
            .orElseThrow(() ->
                new SourceException(
                    Reason.FAILED,
                    "it is not known which project of Google's is meant",
                    "keymantle source set "
                        + settings.scheme()
                        + " --setting project=PROJECT, or set GOOGLE_CLOUD_PROJECT"));
    String location = settings.text("location").map(text -> "locations/" + text + "/").orElse("");
    return "projects/" + project + "/" + location + "secrets/";
  }

  /// A secret that is kept in one place is had there alone
  /// (https://cloud.google.com/secret-manager/docs/regional-secrets-overview).
  private String host(String parent) {
    if (endpoint.isPresent()) {
      return endpoint.get().toString();
    }
    String[] parts = parent.split("/");
    String at = parts.length > 3 && parts[2].equals("locations") ? "." + parts[3] + ".rep" : "";
    return "https://secretmanager" + at + ".googleapis.com";
  }
}
