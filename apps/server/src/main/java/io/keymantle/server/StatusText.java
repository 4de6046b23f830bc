package io.keymantle.server;

import io.keymantle.api.BrokerStatus;
import io.keymantle.control.NewInvitation;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.TrustLevel;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes and writes the status of a broker.
final class StatusText {
  static final String VERSION =
      Optional.ofNullable(StatusText.class.getPackage().getImplementationVersion()).orElse("0.1.0");

  private StatusText() {}

  static BrokerStatus of(
      HomeDirectory home,
      BrokerOptions options,
      Optional<Listeners> listeners,
      Optional<URI> console,
      boolean sealed,
      boolean passphrase,
      List<String> notices) {
    return new BrokerStatus(
        listeners.map(Listeners::api),
        listeners.map(Listeners::gateway),
        console,
        GatewayFolder.of(home, options).path(),
        options.trust() == TrustLevel.SEPARATE_USER
            ? GatewayFolder.of(home, options).certificate()
            : home.rootCertificate(),
        ProcessHandle.current().pid(),
        VERSION,
        options.trust(),
        sealed,
        passphrase,
        notices);
  }

  /// The form in which `up --json` and `status --json` tell it.
  ///
  /// @param invitation an owner's, for whoever started the broker
  static String json(BrokerStatus status, Optional<NewInvitation> invitation) {
    Map<String, Object> answer = new LinkedHashMap<>();
    status.api().ifPresent(url -> answer.put("api", url));
    status.gateway().ifPresent(url -> answer.put("gateway", url));
    status.console().ifPresent(url -> answer.put("console", url));
    answer.put("ca", status.certificate());
    answer.put("pid", status.pid());
    answer.put("version", status.version());
    answer.put("trust", status.trust());
    answer.put("sealed", status.sealed());
    answer.put("notices", status.notices());
    invitation.ifPresent(made -> answer.put("ownerInvitation", made.token()));
    return Lines.json(answer);
  }
}
