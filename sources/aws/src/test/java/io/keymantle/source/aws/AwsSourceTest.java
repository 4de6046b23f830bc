package io.keymantle.source.aws;

import io.keymantle.certificates.TestCertificate;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.testkit.SourceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What both sources of AWS are tested with: a [FakeAws] with TLS, and a role that is taken on.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AwsSourceTest extends SourceContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);
  private static final Duration SHORT = Duration.ofMillis(500);

  private final TestCertificate certificate = new TestCertificate();
  private final TestCertificate another = new TestCertificate();
  private Path pem;
  private FakeAws aws;
  private SecretSource source;

  @BeforeAll
  void writeCertificate(@TempDir Path folder) throws IOException {
    pem = certificate.writeCertificate(folder.resolve("aws.pem"));
  }

  @BeforeEach
  void start() throws Exception {
    aws = new FakeAws(Optional.of(certificate.server(certificate)));
    source = make(role());
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  abstract SecretSource make(SourceSettings settings, Clock clock, Duration timeout);

  final SecretSource make(SourceSettings settings) {
    return make(settings, Clock.systemUTC(), TIMEOUT);
  }

  private SourceSettings role() {
    return settings(Map.of("role", "arn:aws:iam::123456789012:role/keymantle"));
  }

  final SourceSettings settings(Map<String, String> more) {
    Map<String, String> values = new java.util.HashMap<>(more);
    values.putAll(
        Map.of(
            "region", FakeAws.REGION,
            "endpoint", aws.address().toString(),
            "sts-endpoint", aws.address().toString(),
            "access-key-id", FakeAws.USER,
            "ca", pem.toString()));
    return new SourceSettings(
        "aws",
        values,
        Map.of(
            "secret-access-key",
            () -> SecretBytes.adopt("aws", FakeAws.USER_KEY.getBytes(StandardCharsets.US_ASCII))),
        Map.of());
  }

  final FakeAws aws() {
    return aws;
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String member(String reference, String key) {
    return reference + "#" + key;
  }

  @Override
  protected void suffer(Trouble trouble) throws IOException {
    aws.server().suffer(trouble);
    if (trouble == Trouble.HANGS) {
      source = make(role(), Clock.systemUTC(), SHORT);
    }
    if (trouble == Trouble.HAS_ANOTHER_CERTIFICATE) {
      aws.server().restart(another.server(another));
    }
  }

  @Override
  protected Optional<String> requestId() {
    return Optional.of(FakeAws.REQUEST_ID);
  }

  @Override
  protected void endLogin() {
    aws.endSessions();
  }
}
