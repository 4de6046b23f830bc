package io.keymantle.store.sqlite;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialSpec;
import io.keymantle.control.Run;
import io.keymantle.control.StoredAgent;
import io.keymantle.control.StoredGrant;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.TrustLevel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Domain values as columns, and back. Moments are nanoseconds since 1970; destinations are
/// separated by spaces, which none contains.
final class Rows {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Rows() {}

  /// @throws ArithmeticException for a moment before 1678 or after 2261
  static long nanos(Instant moment) {
    return Math.addExact(
        Math.multiplyExact(moment.getEpochSecond(), NANOS_PER_SECOND), moment.getNano());
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  static String text(Set<Destination> destinations) {
    return destinations.stream()
        .sorted()
        .map(Destination::toString)
        .collect(Collectors.joining(" "));
  }

  private static Set<Destination> destinations(String text) {
    Set<Destination> destinations = new LinkedHashSet<>();
    if (!text.isEmpty()) {
      Arrays.stream(text.split(" ")).map(Destination::parse).forEach(destinations::add);
    }
    return destinations;
  }

  static String text(EgressPolicy.Mode mode) {
    return switch (mode) {
      case DENY -> "deny";
      case ALLOW_LISTED -> "allow-listed";
      case OPEN -> "open";
    };
  }

  private static EgressPolicy.Mode mode(String text) throws SQLException {
    return switch (text) {
      case "deny" -> EgressPolicy.Mode.DENY;
      case "allow-listed" -> EgressPolicy.Mode.ALLOW_LISTED;
      case "open" -> EgressPolicy.Mode.OPEN;
      default -> throw new SQLException("an egress mode that is not known");
    };
  }

  private static TrustLevel trust(String text) throws SQLException {
    for (TrustLevel level : TrustLevel.values()) {
      if (level.toString().equals(text)) {
        return level;
      }
    }
    throw new SQLException("a trust level that is not known");
  }

  static Credential credential(ResultSet row) throws SQLException {
    CredentialName name = new CredentialName(row.getString("name"));
    CredentialSpec spec = CredentialCodec.read(name, row.getString("spec"));
    return new Credential(
        name,
        spec.kind(),
        spec.source(),
        spec.bindings(),
        spec.rules(),
        row.getLong("value_version"),
        instant(row.getLong("changed_at")));
  }

  static StoredAgent agent(ResultSet row) throws SQLException {
    EgressPolicy egress =
        new EgressPolicy(
            mode(row.getString("egress")),
            destinations(row.getString("allowed")),
            destinations(row.getString("tunnelled")));
    Agent agent =
        new Agent(
            new AgentName(row.getString("name")),
            new PersonName(row.getString("owner")),
            egress,
            instant(row.getLong("created_at")),
            row.getBoolean("revoked"));
    return new StoredAgent(agent, TokenHash.ofBytes(row.getBytes("token")));
  }

  static Run run(ResultSet row) throws SQLException {
    return new Run(
        row.getString("id"),
        new AgentName(row.getString("agent")),
        trust(row.getString("trust")),
        TokenHash.ofBytes(row.getBytes("token")),
        instant(row.getLong("started_at")),
        instant(row.getLong("expires_at")));
  }

  static StoredGrant grant(ResultSet row) throws SQLException {
    long revokedAt = row.getLong("revoked_at");
    Optional<Instant> revoked = row.wasNull() ? Optional.empty() : Optional.of(instant(revokedAt));
    Grant grant =
        new Grant(
            new GrantId(row.getString("id")),
            new CredentialName(row.getString("credential")),
            new AgentName(row.getString("agent")),
            trust(row.getString("trust")),
            row.getString("reason"),
            instant(row.getLong("issued_at")),
            instant(row.getLong("expires_at")),
            row.getInt("uses"),
            row.getLong("epoch"),
            Optional.ofNullable(row.getString("run")),
            revoked);
    return new StoredGrant(grant, TokenHash.ofBytes(row.getBytes("token")), row.getInt("used"));
  }
}
