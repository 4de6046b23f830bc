package io.keymantle.testkit;

import io.keymantle.control.EncryptedValue;
import io.keymantle.control.Run;
import io.keymantle.control.StoredAgent;
import io.keymantle.control.StoredGrant;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.Binding;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Rules;
import io.keymantle.domain.SourceReference;
import io.keymantle.domain.TrustLevel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Examples of everything that is stored.
public final class Samples {
  public static final AgentName MAIN = new AgentName("main");
  public static final AgentName OTHER = new AgentName("gh-issues");
  public static final CredentialName GITHUB = new CredentialName("github-api");
  public static final CredentialName DATABASE = new CredentialName("production-db");

  private Samples() {}

  public static Credential credential(CredentialName name, long valueVersion) {
    List<Binding> bindings =
        List.of(
            NetworkBinding.to(Destination.parse("https://api.github.com")),
            new CommandBinding(
                Path.of("/usr/bin/psql"),
                List.of("-c", "*"),
                new CommandBinding.Delivery.EnvironmentVariable("PGPASSWORD"),
                true,
                Optional.of(Path.of("/srv")),
                Set.of("LANG"),
                Duration.ofMinutes(1),
                1024));
    return new Credential(
        name,
        CredentialKind.VALUE,
        SourceReference.STORE,
        bindings,
        new Rules(Set.of(MAIN, OTHER), true, List.of(), Duration.ofMinutes(5), 3),
        valueVersion,
        TestClock.START);
  }

  public static EncryptedValue value(String text) {
    return new EncryptedValue(text.getBytes(StandardCharsets.UTF_8));
  }

  public static StoredAgent agent(AgentName name) {
    return new StoredAgent(
        new Agent(
            name,
            new PersonName("alice"),
            new EgressPolicy(
                EgressPolicy.Mode.ALLOW_LISTED,
                Set.of(Destination.parse("https://example.org")),
                Set.of(Destination.parse("https://tunnel.example.org:8443"))),
            TestClock.START,
            false),
        TokenHash.of("agent " + name));
  }

  public static Run run(String id, AgentName agent) {
    return new Run(
        id,
        agent,
        TrustLevel.ISOLATED,
        TokenHash.of("run " + id),
        TestClock.START,
        TestClock.START.plus(Duration.ofDays(30)));
  }

  /// @param number 0 to 9999; makes the id
  /// @param uses 0 means any number
  public static StoredGrant grant(
      int number, CredentialName credential, AgentName agent, int uses, Optional<String> run) {
    Grant grant =
        new Grant(
            new GrantId("g_" + "abcdefghijkl" + String.format("%04d", number)),
            credential,
            agent,
            TrustLevel.SAME_USER,
            "to read issues",
            TestClock.START,
            TestClock.START.plus(Duration.ofHours(1)),
            uses,
            1,
            run,
            Optional.empty());
    return new StoredGrant(grant, TokenHash.of("grant " + number), 0);
  }
}
