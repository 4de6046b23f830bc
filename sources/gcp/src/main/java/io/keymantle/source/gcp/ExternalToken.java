package io.keymantle.source.gcp;

import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.LoginFile;
import io.keymantle.source.http.MalformedContentException;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// Another identity provider's token, from where an `external_account` says
/// (https://google.aip.dev/auth/4117): a file, or an address. A command is refused: the file would
/// say what the broker runs.
final class ExternalToken {
  private static final String SOURCE = "/credential_source";

  private final GcpAddress addresses;
  private final Duration timeout;
  private final ProviderClient client;

  ExternalToken(GcpAddress addresses, Duration timeout) {
    this.addresses = addresses;
    this.timeout = timeout;
    this.client = new ProviderClient("the identity provider", addresses.settings().tls());
  }

  /// The token; the caller zeroes it.
  byte[] find(CredentialsFile file) throws SourceException {
    for (String kind : file.names(SOURCE)) {
      switch (kind) {
        case "executable" -> throw file.wrong("wants to run a command for its token");
        case "environment_id" -> throw file.wrong("wants AWS's credentials for its token");
        case "certificate" -> throw file.wrong("wants a certificate for its token");
        default -> {}
      }
    }
    Optional<String> path = file.text(SOURCE + "/file");
    byte[] answer =
        path.isPresent()
            ? LoginFile.read(Path.of(path.get()), "see credential_source, or mount the token")
            : fetch(file);
    try {
      return token(file, answer);
    } finally {
      Arrays.fill(answer, (byte) 0);
    }
  }

  private byte[] fetch(CredentialsFile file) throws SourceException {
    ProviderRequest request =
        ProviderRequest.get(addresses.subject(file.required(SOURCE + "/url"))).within(timeout);
    for (String name : file.names(SOURCE + "/headers")) {
      request = request.with(name, file.required(SOURCE + "/headers" + JsonString.step(name)));
    }
    try (ProviderReply reply = client.require(request)) {
      return reply.body().clone();
    }
  }

  private static byte[] token(CredentialsFile file, byte[] answer) throws SourceException {
    Optional<byte[]> found;
    if (file.text(SOURCE + "/format/type").equals(Optional.of("json"))) {
      String field = file.required(SOURCE + "/format/subject_token_field_name");
      try {
        found = JsonString.find(answer, JsonString.step(field));
      } catch (MalformedContentException e) {
        found = Optional.empty();
      }
    } else {
      found = Optional.of(LoginFile.stripped(answer));
    }
    return found
        .filter(token -> token.length > 0)
        .orElseThrow(() ->
            new SourceException(
                Reason.UNAUTHENTICATED,
                "where its token should be, " + file.name() + " finds none",
                "see credential_source and its format"));
  }
}
