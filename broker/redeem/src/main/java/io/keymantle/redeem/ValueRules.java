package io.keymantle.redeem;

import io.keymantle.domain.Credential;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.RefusedException;

/// What a value must be so that it can be used as its bindings say.
final class ValueRules {
  /// A shorter value cannot be injected always: its mask would hit ordinary text, and an agent
  /// could guess it from what is masked.
  static final int SHORTEST_INJECTED = 8;

  private ValueRules() {}

  static boolean injectsAlways(Credential credential) {
    return credential.bindings().stream()
        .anyMatch(binding ->
            binding instanceof NetworkBinding network
                && network.injection() instanceof Injection.Always);
  }

  /// @throws RefusedException with `value_unusable`
  static void check(Credential credential, int length) {
    if (length < SHORTEST_INJECTED && injectsAlways(credential)) {
      throw RefusedException.about(
          credential.name(),
          ErrorCode.VALUE_UNUSABLE,
          "a value of fewer than " + SHORTEST_INJECTED + " bytes cannot be injected always",
          "use a longer value, or a binding with \"inject\": \"token\"");
    }
  }
}
