package io.keymantle.source.onepassword;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.onepassword.ConnectClient.Named;
import io.keymantle.source.onepassword.ConnectItem.Found;
import io.keymantle.source.onepassword.OnePasswordReference.Attribute;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// 1Password by a Connect server: `1password:VAULT/ITEM/FIELD`, as `op://` names it
/// (https://developer.1password.com/docs/connect/api-reference/).
///
/// Settings and logins are in docs/sources/onepassword.md. Thread-safe.
public final class OnePasswordSource implements SecretSource {
  private static final Duration PERIOD = Duration.ofSeconds(30);

  private final SourceSettings settings;
  private final InstantSource clock;
  private final ConnectClient client;

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when a setting is
  ///   unknown, missing or cannot be
  public OnePasswordSource(SourceSettings settings, InstantSource clock) {
    this(settings, clock, ProviderRequest.TIMEOUT);
  }

  /// @param timeout of one call
  OnePasswordSource(SourceSettings settings, InstantSource clock, Duration timeout) {
    settings.requireKnown(List.of("address"), List.of("token"));
    this.settings = settings;
    this.clock = clock;
    this.client = new ConnectClient(settings, timeout);
  }

  @Override
  public String scheme() {
    return settings.scheme();
  }

  @Override
  public void check(SourceReference reference) {
    OnePasswordReference.parse(reference);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    OnePasswordReference wanted = OnePasswordReference.parse(reference);
    String vault = "/vaults/" + client.id("/vaults", "name", wanted.vault(), "vault");
    String item = vault + "/items/" + client.id(vault + "/items", "title", wanted.item(), "item");
    try (ProviderReply reply = client.get(item)) {
      ConnectItem found = new ConnectItem(reply, wanted);
      if (wanted.attribute() == Attribute.FIELDS) {
        return wanted
            .whole()
            .value(credential, found.fields(), found.version(), settings.capped(Optional.empty()));
      }
      Found place = found.find();
      Optional<Duration> goodFor =
          wanted.attribute() == Attribute.OTP
              ? Optional.of(restOfCode(found, place))
              : Optional.empty();
      return wanted
          .whole()
          .value(
              credential,
              place.isFile() ? file(item, found, place) : field(found, place),
              found.version(),
              settings.capped(goodFor));
    }
  }

  private byte[] field(ConnectItem item, Found place) throws SourceException {
    String name = item.wanted().whole().item();
    return switch (item.wanted().attribute()) {
      case VALUE -> item.bytes(place, "/value").orElse(new byte[0]);
      case OTP ->
          item.bytes(place, "/totp")
              .orElseThrow(() ->
                  new SourceException(
                      Reason.PROPERTY_MISSING,
                      name + " is no one-time password",
                      "leave ?attribute=otp out"));
      case CONTENT ->
          throw new SourceException(
              Reason.PROPERTY_MISSING, name + " is no file", "leave ?attribute=content out");
      case FIELDS -> throw new IllegalStateException("all fields are no single one");
    };
  }

  private byte[] file(String item, ConnectItem found, Found place) throws SourceException {
    if (found.wanted().attribute() == Attribute.OTP) {
      throw new SourceException(
          Reason.PROPERTY_MISSING,
          found.wanted().whole().item() + " is a file",
          "leave ?attribute=otp out");
    }
    String id = found.text(place, "/id");
    if (!id.matches("[A-Za-z0-9_-]{1,64}")) {
      throw ConnectClient.malformed(found.reply(), "has a file without an id");
    }
    try (ProviderReply content = client.get(item + "/files/" + id + "/content")) {
      return content.body().clone();
    }
  }

  /// How long the code of the moment counts: until the end of its period.
  private Duration restOfCode(ConnectItem item, Found place) throws SourceException {
    byte[] seed = item.bytes(place, "/value").orElse(new byte[0]);
    long period = period(seed);
    Arrays.fill(seed, (byte) 0);
    return Duration.ofSeconds(period - clock.instant().getEpochSecond() % period);
  }

  /// What an `otpauth:` address says of it, in seconds.
  private static long period(byte[] seed) {
    byte[] name = "period=".getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at + name.length < seed.length; at++) {
      if (Arrays.equals(seed, at, at + name.length, name, 0, name.length)) {
        long said = 0;
        for (int i = at + name.length; i < seed.length && said < 1000; i++) {
          if (seed[i] < '0' || seed[i] > '9') {
            break;
          }
          said = said * 10 + seed[i] - '0';
        }
        return said > 0 ? said : PERIOD.toSeconds();
      }
    }
    return PERIOD.toSeconds();
  }

  /// Lists the vaults that it may see, which tells whether its token counts.
  @Override
  public void test() throws SourceException {
    client.list("/vaults", "name");
  }

  /// Items of the vaults that it may see, as `VAULT/ITEM`: their password or credential. Of names
  /// that are there twice the ids are given.
  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    TreeSet<String> found = new TreeSet<>();
    for (Named vault : unique(client.list("/vaults", "name"))) {
      String its = OnePasswordReference.encoded(vault.name()) + "/";
      if (!its.startsWith(under) && !under.startsWith(its)) {
        continue;
      }
      for (Named item : unique(client.list("/vaults/" + vault.id() + "/items", "title"))) {
        found.add(its + OnePasswordReference.encoded(item.name()));
      }
    }
    return found.stream()
        .filter(name -> name.startsWith(under))
        .map(name -> new SourceReference(scheme(), name))
        .toList();
  }

  private static List<Named> unique(List<Named> all) {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new HashSet<>();
    all.forEach(each -> {
      if (!seen.add(each.name())) {
        twice.add(each.name());
      }
    });
    return all.stream()
        .map(each ->
            twice.contains(each.name()) || each.name().isBlank()
                ? new Named(each.id(), each.id())
                : each)
        .toList();
  }
}
