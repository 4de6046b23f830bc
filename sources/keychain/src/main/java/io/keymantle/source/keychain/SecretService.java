package io.keymantle.source.keychain;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.keychain.BusConnection.TimeIsUpException;
import io.keymantle.source.keychain.BusReader.MalformedMessageException;
import io.keymantle.source.spi.SourceException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The keychain of Linux: whatever answers to `org.freedesktop.secrets` on the session bus, such as
/// GNOME Keyring, KWallet or KeePassXC
/// (https://specifications.freedesktop.org/secret-service-spec/).
///
/// Each read has a connection and a session of its own, so nothing is kept, and a service that was
/// started again is no matter.
final class SecretService implements Keychain {
  private static final String NAME = "org.freedesktop.secrets";

  /// As long as a provider over the network has.
  private static final Duration TIME = Duration.ofSeconds(8);

  private final SourceSettings settings;
  private final Duration time;
  private final boolean plain;
  private final SecretServiceErrors errors;

  SecretService(SourceSettings settings) {
    this(settings, TIME);
  }

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  SecretService(SourceSettings settings, Duration time) {
    settings.requireKnown(List.of(BusAddress.SETTING, "transport"), List.of());
    this.settings = settings;
    this.time = time;
    this.errors = new SecretServiceErrors(settings.scheme());
    var _ = BusAddress.set(settings);
    this.plain =
        switch (settings.text("transport").orElse("encrypted")) {
          case "encrypted" -> false;
          case "plain" -> true;
          default ->
              throw settings.refused(
                  "its transport is none", "write transport=encrypted or transport=plain");
        };
  }

  static BusCall call(String member) {
    return new BusCall("/org/freedesktop/secrets", "org.freedesktop.Secret.Service", member);
  }

  /// What is asked of a service once its name has an owner.
  private interface Question<T> {
    T ask(SecretServiceCalls service) throws IOException, BusErrorException, SourceException;
  }

  private <T> T ask(Question<T> question) throws SourceException {
    BusAddress address = BusAddress.of(settings);
    try (BusConnection bus = BusConnection.open(address, time)) {
      return question.ask(new SecretServiceCalls(bus, owner(bus)));
    } catch (TimeIsUpException | ClosedByInterruptException e) {
      throw errors.slow(time);
    } catch (BusConnection.RefusedByBusException e) {
      throw errors.otherUser(address);
    } catch (IOException e) {
      throw address.isClosed() ? errors.otherUser(address) : errors.noBus(address);
    } catch (BusErrorException e) {
      throw errors.of(e);
    } catch (MalformedMessageException e) {
      throw errors.malformed();
    }
  }

  /// The unique name of who answers to the service's. Where nobody does, the bus may know whom to
  /// start.
  private static String owner(BusConnection bus) throws IOException, BusErrorException {
    try {
      return nameOwner(bus);
    } catch (BusErrorException e) {
      bus.callBus("StartServiceByName", "su", new BusWriter().text(NAME).number(0)).close();
      return nameOwner(bus);
    }
  }

  private static String nameOwner(BusConnection bus) throws IOException, BusErrorException {
    try (BusMessage answer = bus.callBus("GetNameOwner", "s", new BusWriter().text(NAME))) {
      return answer.body("s").text();
    }
  }

  @Override
  public void check(ItemName name) {
    // Each name that can be written can be an item's.
  }

  @Override
  public KeychainItem read(ItemName name) throws SourceException {
    return ask(service -> {
      List<String> found = service.search(name);
      if (found.isEmpty()) {
        throw errors.notFound(name, service.hasLocked());
      }
      if (found.size() > 1) {
        throw errors.ambiguous(name, found.size());
      }
      String item = found.getFirst();
      if (!service.unlock(item)) {
        throw errors.locked(name.text());
      }
      String version = service.modified(item);
      SecretSession session = session(service);
      return new KeychainItem(service.secret(item, session), version);
    });
  }

  private SecretSession session(SecretServiceCalls service)
      throws IOException, BusErrorException, SourceException {
    if (plain) {
      return SecretSession.plain(service.bus(), service.owner());
    }
    try {
      return SecretSession.encrypted(service.bus(), service.owner());
    } catch (BusErrorException e) {
      throw e.name().equals("org.freedesktop.DBus.Error.NotSupported")
          ? errors.onlyPlain()
          : errors.of(e);
    }
  }

  @Override
  public void test() throws SourceException {
    Boolean open =
        ask(service -> {
          session(service);
          return service.defaultIsOpen();
        });
    if (!open) {
      throw errors.locked("its default collection");
    }
  }

  @Override
  public List<ItemName> names() throws SourceException {
    return ask(service -> {
      List<ItemName> names = new ArrayList<>(service.names());
      if (names.isEmpty() && service.hasLocked()) {
        throw errors.locked("all that is in it");
      }
      return names;
    });
  }
}
