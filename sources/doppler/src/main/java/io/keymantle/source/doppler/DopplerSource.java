package io.keymantle.source.doppler;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ItemReference;
import io.keymantle.source.http.KeptToken;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Doppler: `doppler:PROJECT/CONFIG/NAME`, or `doppler:NAME` of the config that is set or that a
/// service token is for (https://docs.doppler.com/reference/secrets-get).
///
/// Settings and logins are in docs/sources/doppler.md. Thread-safe.
public final class DopplerSource implements SecretSource {
  private static final String STEP = "[A-Za-z0-9_.-]{1,128}";
  private static final Pattern PATH =
      Pattern.compile("(?:(" + STEP + ")/(" + STEP + ")/)?([A-Za-z_][A-Za-z0-9_]{0,254})");
  private static final Pattern BEGINNING = Pattern.compile("(" + STEP + ")/(" + STEP + ")/.*");

  private final SourceSettings settings;
  private final URI address;
  private final Duration timeout;
  private final ProviderClient client;
  private final KeptToken token;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when a setting is
  ///   unknown, missing or cannot be
  public DopplerSource(SourceSettings settings, InstantSource clock) {
    this(settings, clock, ProviderRequest.TIMEOUT);
  }

  /// @param timeout of one request
  DopplerSource(SourceSettings given, InstantSource clock, Duration timeout) {
    given.requireKnown(
        List.of("address", "project", "config", "identity", "jwt-file"), List.of("token"));
    this.settings =
        given.withDefaults(
            Map.of(
                "address", "DOPPLER_API_HOST",
                "project", "DOPPLER_PROJECT",
                "config", "DOPPLER_CONFIG"));
    this.address =
        settings.secureAddress(settings.text("address").orElse("https://api.doppler.com"));
    if (settings.text("project").isPresent() != settings.text("config").isPresent()) {
      throw settings.refused("a config goes with its project", "set both, or neither");
    }
    for (String each : List.of("project", "config")) {
      if (!settings.text(each).orElse("x").matches(STEP)) {
        throw settings.refused("its " + each + " is no name", "write " + each + "=NAME");
      }
    }
    this.timeout = timeout;
    this.client = new ProviderClient(settings.scheme(), settings.tls());
    this.token = new KeptToken(new DopplerLogin(settings, address, client, clock, timeout), clock);
  }

  @Override
  public String scheme() {
    return settings.scheme();
  }

  @Override
  public void check(SourceReference reference) {
    parse(reference);
  }

  private ItemReference parse(SourceReference reference) {
    return ItemReference.parse(
        reference,
        PATH,
        List.of(),
        scheme() + ":PROJECT/CONFIG/NAME or " + scheme() + ":NAME, with #MEMBER of JSON");
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    ItemReference parsed = parse(reference);
    Matcher path = PATH.matcher(parsed.item());
    if (!path.matches()) {
      throw new IllegalStateException("parsing has checked it");
    }
    String query =
        query(
            Optional.ofNullable(path.group(1)),
            Optional.ofNullable(path.group(2)),
            "name=" + path.group(3));
    try (ProviderReply reply = get("/v3/configs/config/secret" + query)) {
      if (reply.text("/value/computedVisibility").equals(Optional.of("restricted"))) {
        throw new SourceException(
            Reason.FORBIDDEN,
            parsed.item() + " is restricted" + reply.requestId() + ": nobody is shown it",
            "make its visibility masked at Doppler");
      }
      byte[] value =
          reply
              .bytes("/value/computed")
              .orElseThrow(() -> malformed(reply, "has no computed value"));
      return parsed.value(credential, value, "", settings.capped(Optional.empty()));
    }
  }

  /// @param project with its config, or that of the settings, or that of the token
  private String query(Optional<String> project, Optional<String> config, String more) {
    Optional<String> its = project.or(() -> settings.text("project"));
    return its.isEmpty()
        ? "?" + more
        : "?project="
            + its.get()
            + "&config="
            + config.or(() -> settings.text("config")).orElseThrow()
            + "&"
            + more;
  }

  /// The reply is a 2xx.
  private ProviderReply get(String path) throws SourceException {
    ProviderReply reply =
        token.send(login ->
            client.send(
                login.on(
                    ProviderRequest.get(URI.create(address + path))
                        .with("accept", "application/json")
                        .within(timeout))));
    if (reply.status() / 100 == 2) {
      return reply;
    }
    reply.close();
    throw client.refusal(reply, ProviderReply.reason(reply.status()), "");
  }

  static SourceException malformed(ProviderReply reply, String what) {
    return new SourceException(
        Reason.MALFORMED,
        "the answer" + reply.requestId() + " " + what,
        "see whether the address is Doppler's API");
  }

  @Override
  public void test() throws SourceException {
    try (ProviderReply reply = get("/v3/me")) {
      reply.text("/type");
    }
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    Matcher named = BEGINNING.matcher(under);
    boolean isNamed = named.matches();
    if (!isNamed && under.contains("/")) {
      throw new SourceException(
          Reason.FAILED, "names are listed of one config", "write --under PROJECT/CONFIG/");
    }
    String before = isNamed ? named.group(1) + "/" + named.group(2) + "/" : "";
    String query =
        query(
            isNamed ? Optional.of(named.group(1)) : Optional.empty(),
            isNamed ? Optional.of(named.group(2)) : Optional.empty(),
            "include_dynamic_secrets=false");
    try (ProviderReply reply = get("/v3/configs/config/secrets/names" + query)) {
      return reply.names("/names").stream()
          .map(name -> before + name)
          .filter(name -> name.startsWith(under) && PATH.matcher(name).matches())
          .sorted()
          .map(name -> new SourceReference(scheme(), name))
          .toList();
    }
  }
}
