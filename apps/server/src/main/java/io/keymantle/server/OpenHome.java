package io.keymantle.server;

import io.keymantle.api.EventPort.Event;
import io.keymantle.api.Events;
import io.keymantle.control.Control;
import io.keymantle.control.ControlPorts;
import io.keymantle.control.ForwardClock;
import io.keymantle.control.LedgerTrail;
import io.keymantle.control.PersonPorts;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import io.keymantle.exec.CommandBoundary;
import io.keymantle.exec.ExecSettings;
import io.keymantle.factors.Factors;
import io.keymantle.factors.RelyingParty;
import io.keymantle.files.ConfigurationEditor;
import io.keymantle.files.UnfinishedSave;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.IntakeOpener;
import io.keymantle.keys.Envelopes;
import io.keymantle.keys.InterceptionAuthority;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.ledger.Ed25519LedgerSigner;
import io.keymantle.ledger.Ledger;
import io.keymantle.ledger.LedgerConfiguration;
import io.keymantle.ledger.LedgerEntry;
import io.keymantle.ledger.LedgerPublicKey;
import io.keymantle.redeem.EnvelopeIntake;
import io.keymantle.redeem.LedgeredRedeemer;
import io.keymantle.redeem.LiveIndex;
import io.keymantle.redeem.RedemptionLog;
import io.keymantle.redeem.SealedItems;
import io.keymantle.redeem.SecretValues;
import io.keymantle.redeem.SourceRegistry;
import io.keymantle.sandbox.GatewayRoute;
import io.keymantle.sandbox.Isolation;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.local.CommandSource;
import io.keymantle.source.local.EnvironmentSource;
import io.keymantle.source.local.FileSource;
import io.keymantle.store.sqlite.HomeLock;
import io.keymantle.store.sqlite.SqliteStore;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Everything of a home that works without a network: keys, store, ledger, and the services over
/// them. The caller holds the [HomeLock].
///
/// Opening wires the floors bottom up; closing lets go in the opposite order.
final class OpenHome implements AutoCloseable {
  private final HomeDirectory directory;
  private final Keyring keyring;
  private final SqliteStore store;
  private final Ed25519LedgerSigner signer;
  private final Ledger ledger;
  private final LedgeredRedeemer redeemer;
  private final WebhookSender webhooks;
  private final SecretValues values;
  private @Nullable CommandBoundary commands;
  private final Control control;
  private final IntakeOpener intake;
  private final Argon2Passwords passwords;
  private final Events events = new Events();

  /// Made when it is first asked for: most brokers never open a file. Guarded by this.
  private Optional<ConfigurationEditor> editor = Optional.empty();

  /// Where passkeys are asked for; empty until there is a web console.
  private final AtomicReference<Optional<RelyingParty>> site =
      new AtomicReference<>(Optional.empty());

  private OpenHome(
      HomeDirectory directory, Keyring keyring, TrustLevel trust, HomeEnvironment environment) {
    SecureRandom random = new SecureRandom();
    this.directory = directory;
    this.keyring = keyring;
    this.store = SqliteStore.open(directory);
    this.signer = signer(keyring);
    this.ledger =
        Ledger.open(LedgerConfiguration.of(directory.ledger(), signer, Clock.systemUTC()));
    Clock clock = new ForwardClock(Clock.systemUTC(), System::nanoTime, lastMoment(ledger));
    this.intake = opener(keyring);
    this.passwords = new Argon2Passwords(random);
    Envelopes envelopes = keyring.envelopes();
    SourceRegistry sources =
        new SourceRegistry(
            List.of(
                new EnvironmentSource(environment.variables()),
                new FileSource(),
                new CommandSource(userHome(environment))));
    this.values = new SecretValues(store.values(), envelopes, sources, clock);
    LiveIndex index = new LiveIndex(values, trust, clock);
    LedgerTrail trail = new LedgerTrail(ledger);
    Factors factors = new Factors(store.factors(), keyring, trail, site::get, clock, random);
    new UnfinishedSave(store.settings()).clear();
    this.control =
        Control.start(
            new ControlPorts(
                store.credentials(),
                store.agents(),
                store.runs(),
                store.grants(),
                store.settings(),
                store.approvals(),
                trail,
                new EnvelopeIntake(intake, values),
                new AnnouncedView(index, events),
                new KeyringPassphrase(directory.path(), keyring),
                factors,
                factors,
                new PersonPorts(
                    store.people(), store.sessions(), passwords, environment.sessionSecret()),
                store.tokens(),
                new ConnectedSources(
                    SourceKinds.ALL, sources, environment.variables(), this::login, values::health),
                new SealedItems(values, intake.key())),
            trust,
            clock,
            random);
    this.webhooks =
        new WebhookSender(
            () -> control.webhooks().list(), signer, Clock.systemUTC(), WebhookSender.PAUSES);
    var _ = control.approvals().watch(webhooks::announce);
    // For as long as the home is open.
    var _ =
        control.approvals().watch(each -> events.tell(new Event("approval", each.id().value())));
    control.people().watch(name -> events.tell(new Event("person", name.value())));
    this.redeemer =
        new LedgeredRedeemer(
            index,
            control.grants(),
            control.captures(),
            control.approvals(),
            values,
            RedemptionLog.of(ledger),
            clock,
            random);
  }

  /// What commands find as HOME: what the broker does, else what the system says of its user.
  private static Path userHome(HomeEnvironment environment) {
    String home = environment.variables().getOrDefault("HOME", "");
    return Path.of(home.startsWith("/") ? home : System.getProperty("user.home"));
  }

  /// What a source logs in with.
  private SecretBytes login(CredentialName name) {
    return values.login(control.sources().requireLogin(name));
  }

  /// When the last entry was made: no clock of this home goes back behind it.
  private static Instant lastMoment(Ledger ledger) {
    List<LedgerEntry> last = ledger.entries(Math.max(0, ledger.size() - 1), 1);
    return last.isEmpty() ? Instant.EPOCH : last.getFirst().event().at();
  }

  /// Makes a home: a private directory, keys, an empty store and a ledger whose first entry says
  /// so.
  ///
  /// @throws RefusedException with `already_exists` when there is one, `home_unsafe` when the place
  ///   does not do
  static void create(HomeDirectory home, RootKey key) throws IOException {
    requireNone(home);
    makePrivate(home.path());
    makePrivate(home.run());
    makePrivate(home.logs());
    SecureRandom random = new SecureRandom();
    try (HomeLock _ = HomeLock.take(home);
        Keyring keyring = Keyring.create(home.path(), key, hostname(), Clock.systemUTC(), random)) {
      Ed25519LedgerSigner signer = signer(keyring);
      LedgerPublicKey publicKey = new LedgerPublicKey(signer.origin(), signer.publicKey());
      WholeFile.write(ledgerKeyFile(home), publicKey + "\n");
      SqliteStore.create(home).close();
      try (Ledger ledger =
          Ledger.open(LedgerConfiguration.of(home.ledger(), signer, Clock.systemUTC()))) {
        ledger.appendAndAwait(
            BrokerEvents.fact(
                Clock.systemUTC(),
                LedgerEvent.Kind.CONFIGURATION,
                "person:owner",
                Map.of("event", "home made")));
      }
    }
  }

  /// Opens a home.
  ///
  /// @throws RefusedException with `home_missing`, `wrong_key`, `home_damaged`, `schema_newer`,
  ///   `ledger_damaged`; nothing is changed then
  static OpenHome open(
      HomeDirectory home, RootKey key, TrustLevel trust, HomeEnvironment environment) {
    Keyring keyring = Keyring.open(home.path(), key, new SecureRandom());
    try {
      return new OpenHome(home, keyring, trust, environment);
    } catch (RuntimeException e) {
      keyring.close();
      throw e;
    }
  }

  /// Before a passphrase for a new home is asked for.
  ///
  /// @throws RefusedException with `already_exists` or `home_unsafe`
  static void requireNone(HomeDirectory home) {
    if (Files.exists(home.keyring())) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS,
          "there is a home in " + home.path() + " already",
          "keymantle up, or choose another with KEYMANTLE_HOME");
    }
    HomePlace.requireUsable(home);
  }

  /// @throws RefusedException with `home_missing`, or `home_unsafe` when others can get in
  static void requireHome(HomeDirectory home) throws IOException {
    if (!Files.exists(home.keyring())) {
      throw RefusedException.of(
          ErrorCode.HOME_MISSING, "there is no home in " + home.path(), "keymantle init");
    }
    HomePlace.requirePrivate(home.path());
  }

  static Ed25519LedgerSigner signer(Keyring keyring) {
    Ed25519LedgerSigner[] made = new Ed25519LedgerSigner[1];
    try (SecretBytes seed = keyring.ledgerSeed()) {
      seed.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) -> {
            byte[] copy = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            byte[] publicKey = new Ed25519LedgerSigner("keymantle.local", copy).publicKey();
            made[0] = new Ed25519LedgerSigner("keymantle.local/" + fingerprint(publicKey), copy);
            java.util.Arrays.fill(copy, (byte) 0);
          });
    }
    return made[0];
  }

  /// The public key under which the ledger of a home verifies; no secret, and no passphrase is
  /// needed to read it.
  static LedgerPublicKey ledgerKey(HomeDirectory home) throws IOException {
    if (!Files.exists(ledgerKeyFile(home))) {
      throw RefusedException.of(
          ErrorCode.HOME_DAMAGED,
          "the ledger's public key is missing",
          "give the passphrase instead: keymantle ledger verify --passphrase-stdin");
    }
    return LedgerPublicKey.parse(Files.readString(ledgerKeyFile(home)).strip());
  }

  private static Path ledgerKeyFile(HomeDirectory home) {
    return home.path().resolve("ledger.pub");
  }

  private static IntakeOpener opener(Keyring keyring) {
    IntakeOpener[] made = new IntakeOpener[1];
    try (SecretBytes key = keyring.intakePrivateKey()) {
      key.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) ->
              made[0] =
                  IntakeOpener.of(
                      java.util.Arrays.copyOfRange(bytes, offset, offset + length),
                      IntakeKey.of(keyring.intakePublicKey())));
    }
    return made[0];
  }

  private static String fingerprint(byte[] publicKey) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey), 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The kernel knows it without a look-up, which may wait for a name server.
  private static String hostname() {
    try {
      Path kernel = Path.of("/proc/sys/kernel/hostname");
      return Files.isReadable(kernel)
          ? Files.readString(kernel).strip()
          : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "this machine";
    }
  }

  private static void makePrivate(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      HomePlace.requirePrivate(directory);
      return;
    }
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  HomeDirectory directory() {
    return directory;
  }

  Keyring keyring() {
    return keyring;
  }

  SqliteStore store() {
    return store;
  }

  Ledger ledger() {
    return ledger;
  }

  Control control() {
    return control;
  }

  Events events() {
    return events;
  }

  LedgeredRedeemer redeemer() {
    return redeemer;
  }

  IntakeOpener intake() {
    return intake;
  }

  synchronized ConfigurationEditor editor() {
    ConfigurationEditor made =
        editor.orElseGet(() ->
            new ConfigurationEditor(
                directory.path(),
                store.settings(),
                new LedgerTrail(ledger),
                control.catalogue(),
                intake.key(),
                Clock.systemUTC(),
                new SecureRandom()));
    editor = Optional.of(made);
    return made;
  }

  /// Where passkeys may be asked for from now on.
  void announceSite(RelyingParty party) {
    site.set(Optional.of(party));
  }

  InterceptionAuthority interceptionAuthority() {
    return keyring.interceptionAuthority(Clock.systemUTC());
  }

  /// The command boundary: one for all calls, since it bounds how many commands run at once. Looked
  /// for anew while the machine cannot isolate them.
  ///
  /// @param gatewayFolder where commands find the gateway's socket
  synchronized CommandBoundary commands(Path gatewayFolder) throws IOException {
    CommandBoundary known = commands;
    if (known != null) {
      return known;
    }
    Isolation isolation = Isolation.probe();
    String bundle = "/run/keymantle/ca-bundle.pem";
    Map<String, String> environment =
        Map.of(
            "HTTPS_PROXY", GatewayRoute.PROXY_URL,
            "https_proxy", GatewayRoute.PROXY_URL,
            "HTTP_PROXY", GatewayRoute.PROXY_URL,
            "http_proxy", GatewayRoute.PROXY_URL,
            "SSL_CERT_FILE", bundle,
            "CURL_CA_BUNDLE", bundle,
            "GIT_SSL_CAINFO", bundle);
    ExecSettings settings =
        new ExecSettings(
            directory.path(),
            Optional.of(gatewayFolder),
            Map.of("ca-bundle.pem", TrustBundle.write(directory)),
            environment);
    CommandBoundary made = new CommandBoundary(redeemer, isolation, settings, Clock.systemUTC());
    if (isolation instanceof Isolation.Available) {
      commands = made;
    }
    return made;
  }

  @Override
  public void close() {
    webhooks.close();
    redeemer.close();
    passwords.close();
    ledger.close();
    signer.close();
    store.close();
    keyring.close();
  }
}
