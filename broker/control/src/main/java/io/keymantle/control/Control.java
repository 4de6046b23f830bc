package io.keymantle.control;

import io.keymantle.domain.TrustLevel;
import java.time.Clock;
import java.util.random.RandomGenerator;

/// The services of one home, started in the order that they need. Thread-safe.
public final class Control {
  private final Catalogue catalogue;
  private final Agents agents;
  private final Runs runs;
  private final Grants grants;
  private final Approvals approvals;
  private final Answers answers;
  private final Webhooks webhooks;
  private final Sources sources;
  private final Imports imports;
  private final ServiceTokens tokens;
  private final Captures captures;
  private final People people;
  private final PersonSessions sessions;
  private final Revocations revocations;
  private final FactorEnrolment enrolments;
  private final FactorCheck factors;
  private final Reconciliation reconciliation;

  private Control(ControlPorts ports, TrustLevel trust, Clock clock, RandomGenerator random) {
    HomeState state = new HomeState();
    Ids ids = new Ids(random);
    Operations operations = new Operations(ports.ledger(), clock, ids);
    PersonState persons = PersonState.load(ports.people(), ports.settings(), ids);
    Lockouts lockouts = Lockouts.load(ports.people().people(), clock);
    people = new People(persons, ports, lockouts, operations);
    sessions = new PersonSessions(persons, people, ports, lockouts, operations);
    approvals = new Approvals(state, ports.approvals(), people, operations);
    tokens = new ServiceTokens(ports.tokens(), operations);
    webhooks = new Webhooks(ports.settings(), operations);
    sources = new Sources(ports.settings(), ports.sources(), state, operations);
    answers = new Answers(approvals, sessions, ports.factors(), operations);
    revocations = new Revocations(state, ports.grants(), ports.live(), operations, approvals);
    grants = new Grants(state, ports.grants(), ports.live(), operations, revocations, approvals);
    catalogue =
        new Catalogue(
            state,
            ports.credentials(),
            ports.intake(),
            ports.live(),
            operations,
            revocations,
            approvals);
    imports = new Imports(catalogue, ports.items(), operations);
    agents =
        new Agents(state, ports.agents(), ports.live(), operations, revocations, approvals, trust);
    runs = new Runs(state, ports.runs(), ports.live(), operations, revocations, grants);
    captures = new Captures(state, ports.credentials(), catalogue, grants, operations);
    enrolments = ports.enrolments();
    factors = ports.factors();
    reconciliation = new Reconciliation(state, ports, operations);
  }

  /// Loads a home into memory, closes what a crash left open, and announces everything to the live
  /// view.
  ///
  /// @param trust what separates an agent outside of any run from the broker
  /// @param random a cryptographic source: tokens come from it
  /// @throws io.keymantle.domain.RefusedException when store or ledger cannot be read or written
  public static Control start(
      ControlPorts ports, TrustLevel trust, Clock clock, RandomGenerator random) {
    Control control = new Control(ports, trust, clock, random);
    control.sources.load();
    control.reconciliation.reconcile();
    control.reconciliation.load(control.catalogue);
    control.approvals.load();
    return control;
  }

  public Catalogue catalogue() {
    return catalogue;
  }

  public Agents agents() {
    return agents;
  }

  public Runs runs() {
    return runs;
  }

  public Grants grants() {
    return grants;
  }

  public Approvals approvals() {
    return approvals;
  }

  public ServiceTokens tokens() {
    return tokens;
  }

  public Sources sources() {
    return sources;
  }

  public Imports imports() {
    return imports;
  }

  public Webhooks webhooks() {
    return webhooks;
  }

  public Answers answers() {
    return answers;
  }

  public Captures captures() {
    return captures;
  }

  public People people() {
    return people;
  }

  /// Checks of what people hold beside their session.
  public FactorCheck factors() {
    return factors;
  }

  /// People's own factors, as they make and end them.
  public FactorEnrolment enrolments() {
    return enrolments;
  }

  public PersonSessions sessions() {
    return sessions;
  }

  /// Ends what has expired and forgets what nobody needs any more. To be called about once a
  /// second; a failure is of no consequence but that it is to be called again.
  public void sweep() {
    revocations.sweep();
    approvals.sweep();
    tokens.sweep();
    runs.sweep();
    catalogue.forgetEarlierValues();
  }
}
