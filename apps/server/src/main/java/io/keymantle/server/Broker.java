package io.keymantle.server;

import io.keymantle.api.AdminRoutes;
import io.keymantle.api.BrokerPort;
import io.keymantle.api.BrokerStatus;
import io.keymantle.api.ConsoleRoutes;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.console.ConsoleFiles;
import io.keymantle.control.Control;
import io.keymantle.control.NewInvitation;
import io.keymantle.control.People;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Role;
import io.keymantle.domain.TrustLevel;
import io.keymantle.gateway.GatewayPreparation;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.SealedValue;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.ledger.Ledger;
import io.keymantle.secret.SecretBytes;
import io.keymantle.store.sqlite.HomeLock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// A broker process: a home, sealed or open, with its listeners.
///
/// Sealed, it has the admin socket only and answers nothing but `status`, `login` and `down`. Open,
/// it has everything. It holds the home in either state: a second one would take the admin socket
/// from it.
final class Broker implements BrokerPort, AutoCloseable {
  private final HomeDirectory home;
  private final BrokerOptions options;
  private final HomeEnvironment environment;
  private final List<String> notices;
  private final RootKey.Protection protection;
  private final HomeLock lock;
  private final CountDownLatch ending = new CountDownLatch(1);

  /// Guarded by this. Empty while sealed.
  private Optional<OpenHome> open = Optional.empty();

  private Optional<Listeners> listeners = Optional.empty();
  private Optional<ConsoleListener> console = Optional.empty();
  private Optional<AdminListener> admin = Optional.empty();

  private Broker(
      HomeDirectory home,
      BrokerOptions options,
      HomeEnvironment environment,
      List<String> notices) {
    this.home = home;
    this.options = options;
    this.environment = environment;
    this.notices = notices;
    this.lock = HomeLock.take(home);
    try {
      this.protection = Keyring.protection(home.path());
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// Runs a broker until it is told to end.
  static int run(Invocation invocation, BrokerOptions options, Optional<RootKey> key)
      throws IOException {
    HomeEnvironment environment = HomeEnvironment.of(invocation);
    boolean detached = environment.variables().containsKey("KEYMANTLE_DETACHED");
    GatewayPreparation.begin();
    List<String> notices = new ArrayList<>(ProcessHardening.apply(detached));
    try (Broker broker = new Broker(invocation.home(), options, environment, notices)) {
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shutdown"));
      if (key.isPresent()) {
        broker.unseal(key.get());
      }
      broker.listenToPeople();
      BrokerStatus status = broker.status();
      String json = StatusText.json(status, broker.inviteOwner(invocation));
      if (detached) {
        String state = status.sealed() ? "sealed" : "open";
        invocation.say(
            BrokerLaunch.READY
                + status.gateway().map(URI::toString).orElse("-")
                + " "
                + status.console().map(URI::toString).orElse("-")
                + " "
                + state
                + " "
                + json);
      } else {
        UpCommand.ready(
            invocation,
            json,
            status.gateway().map(URI::toString).orElse("-"),
            status.console().map(URI::toString).orElse("-"),
            status.sealed());
      }
      invocation.terminal().out().flush();
      broker.awaitEnd();
    }
    return ExitStatus.DONE;
  }

  private synchronized void unseal(RootKey key) throws IOException {
    OpenHome opened = OpenHome.open(home, key, options.trust(), environment);
    try {
      makeFirstOwner(opened.control());
      listeners = Optional.of(Listeners.start(opened, options, environment.variables()));
      open = Optional.of(opened);
      announceSite();
    } catch (IOException | RuntimeException e) {
      stopListening();
      opened.close();
      throw e;
    }
    // Not "started", which ends the search for what a crash left open: agents may be at work now.
    opened
        .ledger()
        .append(
            BrokerEvents.fact(
                Clock.systemUTC(),
                LedgerEvent.Kind.BROKER,
                "broker",
                Map.of("event", "listening", "trust", options.trust().toString())));
    Sweeper.start(opened.control());
  }

  /// What `up` was asked to print: an invitation for the first owner, or for one who is locked out.
  private Optional<NewInvitation> inviteOwner(Invocation invocation) {
    if (invocation.has(BrokerOptions.RESET_OWNER)) {
      PersonName name = new PersonName(invocation.text(BrokerOptions.RESET_OWNER));
      return Optional.of(requireOpen().control().people().recover(name));
    }
    return invocation.flag("--owner-link") && open.isPresent() && !control().people().exist()
        ? Optional.of(control().people().inviteFirstOwner())
        : Optional.empty();
  }

  private void makeFirstOwner(Control control) {
    char[] password = environment.bootstrapPassword().toCharArray();
    if (password.length > 0 && control.people().bootstrap(password)) {
      System.getLogger("io.keymantle.server")
          .log(System.Logger.Level.INFO, "made the account of the first owner");
    }
    Arrays.fill(password, '\0');
  }

  /// On the admin socket, and in browsers: also while the home is sealed, since they can open it.
  private void listenToPeople() throws IOException {
    Services services = new Services(this::requireOpen, GatewayFolder.of(home, options).path());
    AdminRoutes routes =
        new AdminRoutes(
            this,
            services,
            services,
            services,
            () -> requireOpen().events().listen(),
            Clock.systemUTC());
    admin = Optional.of(AdminListener.start(home, routes));
    ConsoleOptions wanted = options.console();
    if (wanted.on()) {
      ConsoleRoutes pages = new ConsoleRoutes(routes, new ConsoleFiles(), wanted.origin());
      console = Optional.of(ConsoleListener.start(home, wanted.port(), pages));
      announceSite();
    }
  }

  /// Passkeys are asked for where the console is.
  private synchronized void announceSite() {
    if (open.isPresent() && console.isPresent()) {
      open.get().announceSite(options.console().site(console.get().url()));
    }
  }

  private synchronized OpenHome requireOpen() {
    return open.orElseThrow(() ->
        RefusedException.of(
            ErrorCode.SESSION_REQUIRED, "the home is sealed", "open it with: keymantle login"));
  }

  @Override
  public synchronized BrokerStatus status() {
    List<String> said = new ArrayList<>(notices);
    if (protection == RootKey.Protection.KEY_FILE) {
      said.add(
          "this home has no passphrase: its owner needs no login, and whoever reads the owner's"
              + " files can open it; for a passphrase: keymantle rekey --new-passphrase");
    }
    if (options.trust() == TrustLevel.SAME_USER) {
      said.add(
          "the broker runs as your user: agents outside of an isolated run can read its files;"
              + " isolate them with keymantle run, or use keymantle service install");
    }
    said.addAll(warnings());
    return StatusText.of(
        home,
        options,
        listeners,
        console.map(ConsoleListener::url),
        open.isEmpty(),
        protection == RootKey.Protection.PASSPHRASE,
        said);
  }

  @Override
  public Control control() {
    return requireOpen().control();
  }

  @Override
  public Ledger ledger() {
    return requireOpen().ledger();
  }

  @Override
  public IntakeKey intakeKey() {
    return requireOpen().intake().key();
  }

  @Override
  public synchronized boolean unseal(char[] passphrase) {
    if (open.isPresent()) {
      return false;
    }
    unsealWith(passphrase);
    return true;
  }

  @Override
  public synchronized List<String> warnings() {
    List<String> said = new ArrayList<>();
    open.ifPresent(home -> {
      said.addAll(warnings(home.control().people()));
      home.control().tokens().due().stream()
          .map(name ->
              "the token of service "
                  + name
                  + " is due for a new one; fix: keymantle token rotate "
                  + name)
          .forEach(said::add);
    });
    return said;
  }

  private List<String> warnings(People people) {
    if (!people.exist()) {
      return List.of();
    }
    List<String> said = new ArrayList<>();
    boolean used = people.list().stream().anyMatch(each -> each.lastLoginAt().isPresent());
    if (used && !environment.bootstrapPassword().isEmpty()) {
      said.add(
          HomeEnvironment.BOOTSTRAP
              + " is still set, though nobody needs it any more; fix: remove it from "
              + home.environment()
              + " or from where the broker's environment comes from, then keymantle down and"
              + " keymantle up");
    }
    boolean protectedOwner =
        people.list().stream()
            .filter(each -> !each.disabled() && each.role() == Role.OWNER)
            .anyMatch(each -> !people.factors(each.name()).isEmpty());
    if (!protectedOwner) {
      said.add("no owner has a second factor; fix: keymantle totp enroll");
    }
    return said;
  }

  private void unsealWith(char[] passphrase) {
    try (SecretBytes secret = Passphrases.secret(passphrase)) {
      unseal(new RootKey.Passphrase(secret));
    } catch (IOException e) {
      throw RefusedException.of(
          ErrorCode.STORE_UNAVAILABLE,
          "the broker cannot listen: " + e.getMessage(),
          "keymantle down, then keymantle up --gateway-port 0");
    }
  }

  @Override
  public void backup(Path target, Optional<SealedValue> passphrase) {
    OpenHome opened = requireOpen();
    Backup.write(
        opened,
        target,
        passphrase.map(sealed -> opened.intake().open(sealed, "passphrase:backup")));
  }

  private void stopListening() {
    listeners.ifPresent(Listeners::close);
    listeners = Optional.empty();
  }

  @Override
  public void shutdown() {
    ending.countDown();
  }

  private void awaitEnd() {
    try {
      ending.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    shutdown();
    console.ifPresent(ConsoleListener::close);
    console = Optional.empty();
    stopListening();
    open.ifPresent(OpenHome::close);
    open = Optional.empty();
    // The admin socket goes last: its absence tells `down` that everything is on the disk.
    admin.ifPresent(AdminListener::close);
    admin = Optional.empty();
    lock.close();
  }
}
