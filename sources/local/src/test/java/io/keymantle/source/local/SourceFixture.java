package io.keymantle.source.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;

/// What the tests of this room share.
final class SourceFixture {
  static final String CANARY = "canary-value-of-source";
  static final CredentialName NAME = new CredentialName("github-api");

  private SourceFixture() {}

  static String read(SecretSource source, String reference) {
    StringBuilder text = new StringBuilder();
    try (SecretBytes secret = source.read(NAME, SourceReference.parse(reference))) {
      secret.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) -> text.append(new String(bytes, offset, length, UTF_8)));
    }
    return text.toString();
  }

  /// The refusal of a read; asserts that it has a fix and carries nothing of the canary.
  static Problem refusal(SecretSource source, String reference) {
    Problem problem =
        catchThrowableOfType(
                RefusedException.class,
                () -> source.read(NAME, SourceReference.parse(reference)).close())
            .problem();
    assertThat(problem.line()).doesNotContain("canary").doesNotContain("value-of");
    assertThat(problem.fix()).isNotEmpty();
    return problem;
  }
}
