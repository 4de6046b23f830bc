package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/// What comes from outside is read or refused, and nothing else. What was read is written and read
/// back the same.
class ImportFuzzTest {
  private static final Pattern TOKEN = Pattern.compile("kmt_[0-9A-Za-z]{40}");

  @FuzzTest(maxDuration = "60s")
  void anyImport_isReadOrRefused(byte[] data) {
    List<CredentialSpec> specs;
    try {
      specs = CredentialImport.parse(new String(data, StandardCharsets.UTF_8));
    } catch (RefusedException e) {
      assertThat(e.problem().message()).isNotEmpty().doesNotContain("\n", "\r");
      return;
    }
    for (CredentialSpec spec : specs) {
      assertThat(CredentialCodec.read(spec.name(), CredentialCodec.text(spec))).isEqualTo(spec);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void anyToken_isReadOrRefusedAndNeverShown(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      BrokerToken token = BrokerToken.parse(text);
      assertThat(token.value()).matches(TOKEN);
      assertThat(text).contains(token.value());
      assertThat(BrokerToken.parse(token.display(new CredentialName("any")))).isEqualTo(token);
    } catch (RefusedException e) {
      assertThat(e.problem().line()).doesNotContain("kmt_");
    }
  }
}
