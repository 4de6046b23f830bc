package io.keymantle.testkit;

import io.keymantle.control.Actor;
import io.keymantle.control.Control;
import io.keymantle.control.ControlPorts;
import io.keymantle.control.IssuedGrant;
import io.keymantle.control.PassphraseCheck;
import io.keymantle.control.PasswordHashes;
import io.keymantle.control.PersonPorts;
import io.keymantle.control.Requester;
import io.keymantle.control.SessionSecret;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.TrustLevel;
import io.keymantle.factors.Factors;
import io.keymantle.factors.RelyingParty;
import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.IntakeOpener;
import io.keymantle.intake.SealedValue;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.redeem.EnvelopeIntake;
import io.keymantle.redeem.LedgeredRedeemer;
import io.keymantle.redeem.LiveIndex;
import io.keymantle.redeem.SealedItems;
import io.keymantle.redeem.SecretValues;
import io.keymantle.redeem.SourceRegistry;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `control` and `redeem` of one home with real keys, and everything else in memory. [#restart]
/// gives another on the same stores and ledger, as after a crash.
public final class TestBroker implements AutoCloseable {
  /// The person who does what only a person may.
  public static final Actor.Person OWNER = Actor.Person.OWNER;

  /// Where passkeys are asked for.
  public static final RelyingParty SITE =
      new RelyingParty("localhost", Set.of("http://localhost:7750"));

  private final Keyring keyring;
  private final TestClock clock;
  private final MemoryStores memory;
  private final Stores stores;
  private final MemoryLedger ledger;
  private final FakeSource source;
  private final MemorySources sources;
  private final FakeFactors factors = new FakeFactors();
  private final Access access;
  private final LiveIndex index;
  private final Control control;
  private final LedgeredRedeemer redeemer;

  /// How people come in.
  ///
  /// @param passphrase of the home; empty for none
  /// @param realFactors checks are those of `factors`, in the place of [FakeFactors]
  public record Access(
      String passphrase,
      PasswordHashes passwords,
      boolean realFactors,
      Optional<SessionSecret> sessionSecret)
      implements PassphraseCheck {
    /// A home with a key file, whose owner needs no session.
    public static final Access OPEN = new Access("", new QuickPasswords(), false, Optional.empty());

    /// As [#OPEN], and people have the factors that they enrol.
    public static final Access WITH_FACTORS =
        new Access("", new QuickPasswords(), true, Optional.empty());

    @Override
    public boolean required() {
      return !passphrase.isEmpty();
    }

    @Override
    public boolean matches(char[] typed) {
      return passphrase.equals(new String(typed));
    }
  }

  private TestBroker(
      Keyring keyring,
      TestClock clock,
      MemoryStores memory,
      Stores stores,
      MemoryLedger ledger,
      FakeSource source,
      Access access) {
    this.keyring = keyring;
    this.clock = clock;
    this.memory = memory;
    this.stores = stores;
    this.ledger = ledger;
    this.source = source;
    this.access = access;
    SecureRandom random = new SecureRandom();
    SourceRegistry registry = new SourceRegistry(List.of(source));
    sources = new MemorySources(registry);
    SecretValues values = new SecretValues(stores.values(), keyring.envelopes(), registry, clock);
    index = new LiveIndex(values, TrustLevel.SAME_USER, clock);
    Factors enrolments =
        new Factors(stores.factors(), keyring, ledger, () -> Optional.of(SITE), clock, random);
    ControlPorts ports =
        new ControlPorts(
            stores.credentials(),
            stores.agents(),
            stores.runs(),
            stores.grants(),
            stores.settings(),
            stores.approvals(),
            ledger,
            new EnvelopeIntake(opener(keyring), values),
            index,
            access,
            access.realFactors() ? enrolments : factors,
            enrolments,
            new PersonPorts(
                stores.people(), stores.sessions(), access.passwords(), access.sessionSecret()),
            stores.tokens(),
            sources,
            new SealedItems(values, IntakeKey.of(keyring.intakePublicKey())));
    control = Control.start(ports, TrustLevel.SAME_USER, clock, random);
    redeemer =
        new LedgeredRedeemer(
            index,
            control.grants(),
            control.captures(),
            control.approvals(),
            values,
            ledger,
            clock,
            random);
  }

  /// A new, empty home.
  ///
  /// @param directory where the keys are kept
  public static TestBroker create(Path directory) {
    return over(directory, new MemoryStores());
  }

  /// A new, empty home whose checks are those of `factors`, in the place of [FakeFactors].
  public static TestBroker withFactors(Path directory) {
    return over(directory, new MemoryStores(), Access.WITH_FACTORS);
  }

  /// A new broker over stores that tests can make fail.
  public static TestBroker over(Path directory, MemoryStores memory) {
    return over(directory, memory, Access.OPEN);
  }

  /// A new broker that people come in to in their own way.
  public static TestBroker over(Path directory, MemoryStores memory, Access access) {
    TestClock clock = new TestClock();
    Keyring keyring =
        Keyring.create(
            directory,
            new RootKey.KeyFile(Keyring.defaultKeyFile(directory)),
            "test",
            clock,
            new SecureRandom());
    return new TestBroker(
        keyring, clock, memory, memory.ports(), new MemoryLedger(), new FakeSource(), access);
  }

  /// Another broker on the same stores and ledger; this one must not be used any more.
  public TestBroker restart() {
    return restart(access);
  }

  /// As [#restart], and people come in another way.
  public TestBroker restart(Access changed) {
    return new TestBroker(keyring, clock, memory, stores, ledger, source, changed);
  }

  private static IntakeOpener opener(Keyring keyring) {
    byte[] privateKey = new byte[32];
    try (SecretBytes key = keyring.intakePrivateKey()) {
      key.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) -> System.arraycopy(bytes, offset, privateKey, 0, length));
      return IntakeOpener.of(privateKey, IntakeKey.of(keyring.intakePublicKey()));
    } finally {
      Arrays.fill(privateKey, (byte) 0);
    }
  }

  /// Seals a value as the command line does.
  public SealedValue seal(CredentialName name, String value) {
    return Intake.seal(intakeKey(), value.getBytes(StandardCharsets.UTF_8), name.value());
  }

  /// What values are sealed to.
  public IntakeKey intakeKey() {
    return IntakeKey.of(keyring.intakePublicKey());
  }

  /// Asks as an agent that came with a token.
  public IssuedGrant request(String agentToken, CredentialName name) {
    Requester requester = control.agents().authenticate(agentToken);
    return control.grants().request(requester, name, "a test");
  }

  public Control control() {
    return control;
  }

  public LedgeredRedeemer redeemer() {
    return redeemer;
  }

  public TestClock clock() {
    return clock;
  }

  public MemoryLedger ledger() {
    return ledger;
  }

  public Stores stores() {
    return stores;
  }

  public MemoryStores memory() {
    return memory;
  }

  public FakeFactors factors() {
    return factors;
  }

  public MemorySources sources() {
    return sources;
  }

  public FakeSource source() {
    return source;
  }

  @Override
  public void close() {
    redeemer.close();
    keyring.close();
  }
}
