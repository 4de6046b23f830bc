package io.keymantle.source.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;

/// What the tests of this room share.
final class SourceFixture {
  static final String CANARY = "canary-value-of-source";
  static final CredentialName NAME = new CredentialName("github-api");

  private SourceFixture() {}

  static String read(SecretSource source, String reference) {
    StringBuilder text = new StringBuilder();
    try (SecretBytes secret = source.read(NAME, SourceReference.parse(reference)).bytes()) {
      secret.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) -> text.append(new String(bytes, offset, length, UTF_8)));
    } catch (SourceException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  /// The refusal of a read; asserts that it has a fix and carries nothing of the canary.
  static Problem refusal(SecretSource source, String reference) {
    Throwable thrown =
        catchThrowable(() -> source.read(NAME, SourceReference.parse(reference)).bytes().close());
    Problem problem =
        thrown instanceof SourceException why
            ? new Problem(ErrorCode.valueOf("SOURCE_" + why.reason()), why.getMessage(), why.fix())
            : ((RefusedException) thrown).problem();
    assertThat(problem.line()).doesNotContain("canary").doesNotContain("value-of");
    assertThat(problem.fix()).isNotEmpty();
    return problem;
  }
}
