package io.keymantle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AmbientSecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "github_pat_11ABCDEFG0123456789abcdef",
        "glpat-0123456789abcdefghij",
        "sk-ant-api03-0123456789abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "xoxb-1234567890-abcdefghij",
        "hvs.CAESIJ0123456789abcdefghij",
        "postgres://app:hunter2hunter2@db/app",
        "-----BEGIN OPENSSH PRIVATE KEY-----"
      })
  void value_ofAKnownShape_isFoundUnderAnyName(String value) {
    assertThat(AmbientSecrets.names(Map.of("HARMLESS", value))).containsExactly("HARMLESS");
  }

  @Test
  void name_ofAKnownSecret_isFound() {
    assertThat(
            AmbientSecrets.names(
                Map.of(
                    "OPENAI_API_KEY", "anything",
                    "MY_DEPLOY_TOKEN", "0123456789",
                    "SHORT_TOKEN", "x",
                    "EMPTY_SECRET", "")))
        .containsExactly("MY_DEPLOY_TOKEN", "OPENAI_API_KEY");
  }

  @Test
  void ordinaryVariablesAndOwnTokens_areLeftAlone() {
    assertThat(
            AmbientSecrets.names(
                Map.of(
                    "PATH", "/usr/bin:/bin",
                    "HTTPS_PROXY", "http://127.0.0.1:3128",
                    "KEYMANTLE_AGENT_TOKEN", "kma_" + "a".repeat(40),
                    "GITHUB_TOKEN", "kmt_" + "b".repeat(40),
                    "GH_TOKEN", "<credential:github-api:kmt_" + "b".repeat(40) + ">")))
        .isEmpty();
  }
}
