package io.keymantle.cli;

import io.keymantle.domain.TrustLevel;
import java.util.ArrayList;
import java.util.List;

/// What separates agents from the broker, and whether a user of the system service can reach it.
final class ServiceChecks {
  /// The check that names the trust level.
  static final String LEVEL = "trust-level";

  private ServiceChecks() {}

  /// For a user without a home of its own, whose broker is the system service.
  static List<Finding> examine(BrokerPlace service) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok("broker", "running as the system service, version " + service.version()));
    findings.add(level(service.trust()));
    findings.add(
        service.isSocketOpen()
            ? Finding.ok("gateway-socket", "isolated agents of this user reach the gateway")
            : Finding.problem(
                "gateway-socket",
                "isolated agents of this user cannot reach the gateway, whose socket it may not"
                    + " open",
                service.socketFix()));
    return findings;
  }

  /// Always shown: what the level does not promise is good to know.
  static Finding level(TrustLevel trust) {
    return Finding.ok(
        LEVEL,
        switch (trust) {
          case SEPARATE_USER ->
              "separate user: no agent of another user reaches the broker's files";
          case ISOLATED, SAME_USER ->
              "same user: an agent outside of an isolated run can read the broker's files";
        });
  }
}
