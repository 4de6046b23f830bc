package io.keymantle.testkit;

import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.IssuedGrant;
import io.keymantle.control.Validity;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Grant;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.LiveGrant;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of grants against a model of a few lines: after every step of a random walk (requests,
/// uses, revocations of every kind, rule changes, failures of ledger and store, restarts, time) the
/// broker says of each token what the model says. Seeded: a failure names seed and step.
class GrantModelTest {
  private static final List<AgentName> AGENTS = List.of(new AgentName("one"), new AgentName("two"));
  private static final List<CredentialName> CREDENTIALS =
      List.of(new CredentialName("plain"), new CredentialName("twice"));
  private static final ObservedUse USE =
      ObservedUse.unasked("https://api.github.com", "GET", "/", "header:authorization");

  private final Path directory;
  private TestBroker broker;
  private final Map<AgentName, String> tokens = new HashMap<>();
  private final List<Model> grants = new ArrayList<>();

  GrantModelTest(@TempDir Path directory) {
    this.directory = directory;
    this.broker = TestBroker.create(makeDirectory(directory.resolve("first")));
  }

  /// What the model knows of one grant.
  private static final class Model {
    final IssuedGrant issued;
    int used;
    boolean revoked;

    Model(IssuedGrant issued) {
      this.issued = issued;
    }

    Grant grant() {
      return issued.grant();
    }

    Optional<ErrorCode> whyNot(Instant now) {
      if (revoked) {
        return Optional.of(ErrorCode.GRANT_REVOKED);
      }
      if (!now.isBefore(grant().expiresAt())) {
        return Optional.of(ErrorCode.GRANT_EXPIRED);
      }
      return grant().uses() > 0 && used >= grant().uses()
          ? Optional.of(ErrorCode.GRANT_USED_UP)
          : Optional.empty();
    }
  }

  @Test
  void randomWalks_agreeWithTheModel() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      open(directory.resolve("seed-" + seed));
      for (int step = 0; step < 60; step++) {
        String done = step(random);
        compare("seed " + seed + " step " + step + ": " + done);
      }
    }
  }

  private void open(Path home) {
    tokens.clear();
    grants.clear();
    broker.close();
    broker = TestBroker.create(makeDirectory(home));
    AGENTS.forEach(this::addAgent);
    for (CredentialName name : CREDENTIALS) {
      broker
          .control()
          .catalogue()
          .add(OWNER, CredentialCodec.read(name, rules(name, AGENTS)), broker.seal(name, "value"));
    }
  }

  private static Path makeDirectory(Path home) {
    try {
      return Files.createDirectory(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String token(AgentName agent) {
    return Objects.requireNonNull(tokens.get(agent));
  }

  private void addAgent(AgentName agent) {
    tokens.put(agent, broker.control().agents().add(OWNER, agent, EgressPolicy.DEFAULT).token());
  }

  private static String rules(CredentialName name, List<AgentName> agents) {
    List<String> quoted = agents.stream().map(agent -> "'" + agent + "'").toList();
    int uses = name.equals(CREDENTIALS.get(1)) ? 2 : 0;
    return "{allowedAgents: "
        + quoted
        + ", uses: "
        + uses
        + ", expiresAfter: '1h', bindings: [{destination: 'https://api.github.com'}]}";
  }

  private String step(SplittableRandom random) {
    AgentName agent = AGENTS.get(random.nextInt(AGENTS.size()));
    CredentialName credential = CREDENTIALS.get(random.nextInt(CREDENTIALS.size()));
    return switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> {
        request(agent, credential);
        yield "request";
      }
      case 4, 5, 6 -> {
        yield grants.isEmpty() ? "nothing" : use(grants.get(random.nextInt(grants.size())));
      }
      case 7 -> {
        if (grants.isEmpty()) {
          yield "nothing";
        }
        Grant grant = grants.get(random.nextInt(grants.size())).grant();
        revoke(new GrantSelector.ById(grant.id()));
        yield "revoke one";
      }
      case 8 -> {
        revoke(
            random.nextBoolean()
                ? new GrantSelector.ByAgent(agent)
                : new GrantSelector.ByCredential(credential));
        yield "revoke some";
      }
      case 9 -> {
        broker.clock().advance(Duration.ofMinutes(random.nextInt(1, 40)));
        broker.control().sweep();
        yield "time passes";
      }
      case 10 -> {
        broker.control().agents().revoke(OWNER, agent);
        revokeInModel(grant -> grant.agent().equals(agent));
        addAgent(agent);
        yield "agent replaced";
      }
      case 11 -> {
        List<AgentName> others = AGENTS.stream().filter(each -> !each.equals(agent)).toList();
        broker
            .control()
            .catalogue()
            .set(OWNER, CredentialCodec.read(credential, rules(credential, others)));
        revokeInModel(
            grant -> grant.agent().equals(agent) && grant.credential().equals(credential));
        broker
            .control()
            .catalogue()
            .set(OWNER, CredentialCodec.read(credential, rules(credential, AGENTS)));
        yield "rules narrowed and widened";
      }
      case 12 -> {
        failingRequest(agent, credential, random.nextBoolean());
        yield "request that fails";
      }
      default -> {
        broker = broker.restart();
        yield "restart";
      }
    };
  }

  private void request(AgentName agent, CredentialName credential) {
    grants.add(new Model(broker.request(token(agent), credential)));
  }

  private void failingRequest(AgentName agent, CredentialName credential, boolean ofLedger) {
    if (ofLedger) {
      broker.ledger().failingFor(event -> event.kind() == Kind.GRANT);
    } else {
      broker.memory().failing(true);
    }
    try {
      broker.request(token(agent), credential);
      throw new AssertionError("a grant was issued that could not be recorded");
    } catch (RefusedException e) {
      broker.ledger().failingFor(_ -> false);
      broker.memory().failing(false);
    }
  }

  private void revoke(GrantSelector selector) {
    broker.control().grants().revoke(OWNER, selector);
    revokeInModel(selector::selects);
  }

  private void revokeInModel(Predicate<Grant> selected) {
    Instant now = broker.clock().instant();
    for (Model each : grants) {
      if (selected.test(each.grant()) && now.isBefore(each.grant().expiresAt())) {
        each.revoked = true;
      }
    }
  }

  private String use(Model model) {
    Optional<ErrorCode> expected = model.whyNot(broker.clock().instant());
    assertThat(redeem(model)).isEqualTo(expected);
    if (expected.isEmpty()) {
      model.used++;
    }
    return "use";
  }

  private Optional<ErrorCode> redeem(Model model) {
    AgentSession session = broker.redeemer().authenticate(token(model.grant().agent()));
    CompletableFuture<Optional<ErrorCode>> end = new CompletableFuture<>();
    try {
      LiveGrant grant = broker.redeemer().grant(session, model.issued.token().value());
      broker
          .redeemer()
          .redeem(
              session,
              grant,
              USE,
              new Redeemer.Callback() {
                @Override
                public void granted(SecretLease lease) {
                  lease.reveal((_, _, _) -> {});
                  lease.outcome("ok", "200");
                  lease.close();
                  end.complete(Optional.empty());
                }

                @Override
                public void refused(Problem problem) {
                  end.complete(Optional.of(problem.code()));
                }
              });
      return end.join();
    } catch (RefusedException e) {
      return Optional.of(e.problem().code());
    }
  }

  private void compare(String step) {
    Instant now = broker.clock().instant();
    for (Model model : grants) {
      Optional<ErrorCode> said =
          switch (broker.control().grants().validate(OWNER, model.issued.token().value())) {
            case Validity.Valid _ -> Optional.empty();
            case Validity.Invalid(Problem problem) -> Optional.of(problem.code());
          };
      assertThat(said).as(step).isEqualTo(model.whyNot(now));
      assertThat(boundarySays(model)).as(step).isEqualTo(model.whyNot(now));
    }
  }

  private Optional<ErrorCode> boundarySays(Model model) {
    try {
      AgentSession session = broker.redeemer().authenticate(token(model.grant().agent()));
      broker.redeemer().grant(session, model.issued.token().value());
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.problem().code());
    }
  }
}
