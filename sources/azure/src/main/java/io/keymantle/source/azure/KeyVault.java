package io.keymantle.source.azure;

import io.keymantle.source.azure.AzureReference.Kind;
import io.keymantle.source.http.KeptToken;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The API of one vault (https://learn.microsoft.com/rest/api/keyvault/). Thread-safe.
final class KeyVault {
  static final String TITLE = "Azure Key Vault";

  /// The version whose answers this is written to; every cloud has it.
  private static final String VERSION = "api-version=7.4";

  /// The most that the API gives at once.
  private static final String PAGE = "&maxresults=25";

  /// Pages of a list that are read: more names than anybody looks through.
  private static final int MOST_PAGES = 200;

  /// What can be listed; a certificate is listed once, not also as secret and key.
  private static final List<Kind> LISTED = List.of(Kind.SECRET, Kind.CERTIFICATE, Kind.KEY);

  private final AzurePlace place;
  private final AzureLogin login;
  private final ProviderClient client;
  private final KeptToken token;
  private final Duration timeout;

  KeyVault(
      AzurePlace place, SourceSettings settings, AzureLogin login, Clock clock, Duration timeout) {
    this.place = place;
    this.login = login;
    this.client = new ProviderClient(TITLE, settings.trust());
    this.token = new KeptToken(login, clock);
    this.timeout = timeout;
  }

  /// The caller closes the reply.
  ///
  /// @param path below the vault
  ProviderReply get(String path) throws SourceException {
    return call(URI.create(place.vault() + path + "?" + VERSION));
  }

  private ProviderReply call(URI where) throws SourceException {
    ProviderReply reply = send(where);
    if (reply.status() / 100 == 2) {
      return reply;
    }
    try (reply) {
      throw KeyVaultError.of(reply).exception(client, reply);
    }
  }

  /// A vault that refuses the token says by its challenge which one it wants. That is looked at for
  /// the sake of the message, and never followed.
  private ProviderReply send(URI where) throws SourceException {
    ProviderReply reply =
        token.send(as -> client.send(as.on(ProviderRequest.get(where).within(timeout))));
    if (reply.status() == 401) {
      Optional<SourceException> foreign = Challenge.of(reply).whyForeign(place, login, reply);
      if (foreign.isPresent()) {
        reply.close();
        throw foreign.get();
      }
    }
    return reply;
  }

  /// Reaches the vault and logs in, without reading a value: lists one name. A vault says that a
  /// permission is missing only to whom it knows, so such an answer will do.
  void test() throws SourceException {
    ProviderReply reply = send(URI.create(place.vault() + "/secrets?" + VERSION + "&maxresults=1"));
    try (reply) {
      if (reply.status() / 100 == 2) {
        reply.text("/nextLink");
        return;
      }
      KeyVaultError error = KeyVaultError.of(reply);
      if (!error.isWantOfAPermission()) {
        throw error.exception(client, reply);
      }
    }
  }

  /// The names under a beginning, as references name them.
  List<String> names(String under) throws SourceException {
    TreeSet<String> found = new TreeSet<>();
    Optional<SourceException> why = Optional.empty();
    int listed = 0;
    for (Kind kind : LISTED) {
      if (!kind.prefix().startsWith(under) && !under.startsWith(kind.prefix())) {
        continue;
      }
      try {
        list(kind).stream()
            .map(name -> kind.prefix() + name)
            .filter(name -> name.startsWith(under))
            .forEach(found::add);
        listed++;
      } catch (SourceException e) {
        if (e.reason() != Reason.FORBIDDEN) {
          throw e;
        }
        // Of one kind alone; others may be allowed.
        why = Optional.of(e);
      }
    }
    if (listed == 0 && why.isPresent()) {
      throw why.get();
    }
    return new ArrayList<>(found);
  }

  private List<String> list(Kind kind) throws SourceException {
    String collection = kind == Kind.CERTIFICATE ? "certificates" : kind.collection();
    List<String> names = new ArrayList<>();
    URI next = URI.create(place.vault() + "/" + collection + "?" + VERSION + PAGE);
    for (int page = 0; page < MOST_PAGES; page++) {
      Optional<String> more;
      try (ProviderReply reply = call(next)) {
        read(reply, names);
        more = reply.text("/nextLink").filter(text -> !text.isEmpty());
        if (more.isEmpty()) {
          return names;
        }
        next = own(more.get(), collection, reply);
      }
    }
    throw new SourceException(
        Reason.FAILED, TITLE + " has too many names to list", "name the object itself");
  }

  private static void read(ProviderReply reply, List<String> names) throws SourceException {
    int number = 0;
    for (Optional<String> id = id(reply, number); id.isPresent(); id = id(reply, number)) {
      boolean managed = reply.text("/value/" + number + "/managed").equals(Optional.of("true"));
      if (!managed) {
        names.add(id.get().substring(id.get().lastIndexOf('/') + 1));
      }
      number++;
    }
  }

  /// Keys are named by `kid`, all others by `id`.
  private static Optional<String> id(ProviderReply reply, int number) throws SourceException {
    Optional<String> id = reply.text("/value/" + number + "/id");
    return id.isPresent() ? id : reply.text("/value/" + number + "/kid");
  }

  /// Where the list goes on, which has to be the vault itself: the token is sent there.
  private URI own(String link, String collection, ProviderReply reply) throws SourceException {
    try {
      URI its = URI.create(link);
      URI vault = place.vault();
      if (vault.getScheme().equals(its.getScheme())
          && vault.getHost().equalsIgnoreCase(String.valueOf(its.getHost()))
          && its.getRawUserInfo() == null
          && port(its) == port(vault)
          && ("/" + collection).equals(its.getPath())) {
        return its;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new SourceException(
        Reason.MALFORMED,
        TITLE
            + " continues a list at another place"
            + reply.requestId()
            + "; nothing was sent there",
        "see whether vault is its address");
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }
}
