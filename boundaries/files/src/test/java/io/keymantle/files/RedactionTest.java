package io.keymantle.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ConfigurationFinding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What of a file is hidden, and that the rest stays to the character.
class RedactionTest {
  private static final SchemaFields SCHEMA = SchemaFields.read();

  static RedactedConfiguration redacted(String text) {
    return Redaction.of(ConfigurationText.parse(text), SCHEMA);
  }

  private static String restored(String text) {
    RedactedConfiguration file = redacted(text);
    return Restoration.of(file, file.text(), SCHEMA);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // OpenClaw's path rules.
        "{ gateway: { auth: { token: 'V' } } }",
        "{ a: { Password: 'V' } }",
        "{ a: { passwordHash: 'V' } }",
        "{ a: { mySecretThing: { child: 'V' } } }",
        "{ a: { apiKey: 'V' } }",
        "{ a: { api_key: 'V' } }",
        "{ a: { 'api-keys': ['V'] } }",
        "{ a: { encryptKey: 'V' } }",
        "{ a: { private_key: 'V' } }",
        "{ channels: { googlechat: { serviceAccount: { client_email: 'V', deep: [{ x: 'V' }] } } }"
            + " }",
        "{ tokens: { token: ['V', 'V'] } }",
        "{ models: { providers: { x: { localService: { env: { ANY: 'V' } } } } } }",
        "{ secrets: { providers: { x: { source: 'V', command: 'V', args: ['V'] } } } }",
        // Fields of its schema whose names say nothing.
        "{ models: { providers: { x: { headers: { 'X-Any': 'V' } } } } }",
        "{ mcp: { servers: { x: { env: { ANY: 'V' }, headers: { Any: 'V' } } } } }",
        "{ proxy: { proxyUrl: 'V' } }",
        "{ agents: { defaults: { sandbox: { ssh: { identityData: 'V' } } } } }",
        "{ hooks: { mappings: [{ sessionKey: 'V' }] } }",
        "{ tools: { media: { models: [{ request: { auth: { value: 'V' } } }] } } }",
        "{ tools: { media: { audio: { request: { headers: { Any: 'V' } } } } } }",
        "{ tools: { web: { fetch: { headers: { Any: 'V' } } } } }",
        "{ gateway: { remote: { edgeAuth: { any: 'V' } } } }",
        "{ channels: { 'synology-chat': { webhookUrl: 'V' } } }",
        "{ secrets: { serviceAccount: { key: 'V', number: 12345 } } }",
        // Text where an object with a credential should stand.
        "{ mcp: 'V', channels: { telegram: 'V' } }",
        // Ours.
        "{ x: { Authorization: 'V' } }",
        "{ x: { passphrase: 'V' } }",
        // As any string may be written.
        "{ a: { token: \"V\" } }",
        "{ \"a\": { \"to\\u006ben\": 'V' } }",
        "{ a: { token: '\\u0056alue-0123-4567' } }",
      })
  void valueAtASensitivePath_isHidden(String template) {
    String text =
        template.replace("'V'", "'Value-0123-4567'").replace("\"V\"", "\"Value-0123-4567\"");

    RedactedConfiguration file = redacted(text);

    assertThat(file.text()).doesNotContain("alue-0123").contains(Sentinel.TEXT);
    assertThat(restored(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ a: { maxTokens: 4096, maxOutputTokens: 'x4096', contextTokens: 'x1', tokenCount: 'y2' }"
            + " }",
        "{ a: { tokenBudget: 'x9', totalTokens: 'x', passwordFile: '/etc/pass' } }",
        "{ a: { token: '${TOKEN}', password: ' ${PASS_1} ', apiKey: '' } }",
        "{ a: { tokens: 'plural', keyboard: 'qwerty', tokenizer: 'bpe' } }",
        "{ a: { password: null, secret: true } }",
        "{ a: { apiKey: '<credential:openai>' } }",
        "{ url: 'https://example.com/path?page=2', git: 'ssh://git@github.com/x', u2:"
            + " 'http://${A}:${B}@h/' }",
        "{ env: { vars: { EDITOR: 'vim', PATH: '/usr/local/bin:/usr/bin:/bin:/opt/tools/v1.2.3/bin'"
            + " } } }",
        "// a comment about the token\n{ /* nothing of it */ a: 1, } // password is required\n",
      })
  void whatIsNoSecret_isShownAsItIs(String text) {
    assertThat(redacted(text).text()).isEqualTo(text);
    assertThat(redacted(text).findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-proj-abcdefghijklmnop1234",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "github_pat_11ABCDEFG0123456789_abcdefghijk",
        "glpat-abcdefghij0123456789",
        "xoxb-123456789012-abcdefghijkl",
        "xapp-1-A0123-456789-abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA-1234567890abcdefghijklmnopqrstu",
        "sk_live_abcdefghij0123",
        "123456789:AAabcdefghijklmnopqrstuvwxyz0123456",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBg\\n-----END PRIVATE KEY-----",
        "https://user:hunter2hunter2@example.com/x",
        "https://abcdefghijklmnop1234@example.com/x",
        "https://example.com/hook?token=abcdef012345",
        "wss://example.com/?api-key=abcdef012345",
        "https://hooks.slack.com/services/T0000/B0000/abcdefghijkl",
        "Bearer abcdefgh01234567",
        "run --key=sk-abcdefghijklmnop1234 now",
      })
  void valueThatLooksLikeASecret_isHiddenAnywhere(String value) {
    String text = "{ note: \"" + value + "\", list: ['a', \"" + value + "\"] }";

    RedactedConfiguration file = redacted(text);

    assertThat(file.text())
        .isEqualTo("{ note: \"" + Sentinel.TEXT + "\", list: ['a', \"" + Sentinel.TEXT + "\"] }");
    assertThat(file.findings())
        .extracting(ConfigurationFinding::pointer)
        .containsExactly("/note", "/list/1");
    assertThat(file.findings().toString()).doesNotContain(value);
    assertThat(restored(text)).isEqualTo(text);
  }

  @Test
  void secretReference_showsSourceAndProvider_andHidesTheId() {
    String text =
        "{ gateway: { auth: { token: { source: 'exec', provider: 'vault', id: 'gateway/token' } } }"
            + " }";

    assertThat(redacted(text).text()).isEqualTo(text.replace("gateway/token", Sentinel.TEXT));
    assertThat(redacted(text).findings()).isEmpty();
    assertThat(restored(text)).isEqualTo(text);
  }

  @Test
  void numberAsPassword_isHidden_andComesBackAsANumber() {
    String text = "{ auth: { password: 48151623 }, port: 18789 }";

    assertThat(redacted(text).text())
        .isEqualTo("{ auth: { password: \"" + Sentinel.TEXT + "\" }, port: 18789 }");
    assertThat(restored(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ auth: { password: 'hunter2-rabbit' } /* was hunter2-rabbit */ }",
        "{ auth: { password: 'hunter2-rabbit' }, note: 'it is hunter2-rabbit!' }",
        "{ auth: { password: 'hunter2-rabbit' }, note: 'aHVudGVyMi1yYWJiaXQ=' }",
        "{ auth: { password: 'hunter2-rabbit' }, note: 'hunter2%2Drabbit' }",
        "{ auth: { password: 'hunter2-rabbit' }, note: 'hunter2\\x2drabbit' }",
        "{ auth: { password: 'hunter2-rabbit' }, 'hunter2-rabbit': { a: 1 } }",
        "{ auth: { password: 'hunter2-rabbit' } // hunter2\\u002drabbit\n }",
        "{ a: 1, // password: 'hunter2-rabbit',\n }",
        "{ a: 1, // the password is hunter2-rabbit\n }",
        "{ a: 1 /*\n * apiKey = hunter2-rabbit\n * port: 1\n */ }",
        "{ a: { password: 'pin7' }, note: 'use pin7', /* pin7 */ }",
        "{ a: { headers: { Authorization: 'Basic dTpodW50ZXIyLXJhYmJpdA==' } }, b: 'hunter2-rabbit'"
            + " }",
      })
  void secretThatStandsElsewhereToo_isHiddenThere(String text) {
    RedactedConfiguration file = redacted(text);

    assertThat(file.text())
        .doesNotContain("rabbit")
        .doesNotContain("pin7")
        .doesNotContain("aHVudGVyMi1yYWJiaXQ");
    assertThat(restored(text)).isEqualTo(text);
  }

  @Test
  void commentOfSeveralLines_losesOnlyTheLineWithTheSecret() {
    String text =
        "{\n/*\n * port: 18789\n * token: ghp_abcdefghijklmnopqrstuvwxyz01\n * end\n */ a: 1 }";

    assertThat(redacted(text).text())
        .isEqualTo("{\n/*\n * port: 18789\n * " + Sentinel.mark(1) + "\n * end\n */ a: 1 }");
  }

  @Test
  void privateKeyInLineComments_isHiddenToItsLastLine() {
    String text =
        "// -----BEGIN PRIVATE KEY-----\n"
            + "// MIIEvQIBADANBgkqhkiG\n"
            + "// 9w0B\n"
            + "// -----END PRIVATE KEY-----\n"
            + "// fine\n"
            + "{}";

    assertThat(redacted(text).text())
        .doesNotContain("MIIE")
        .doesNotContain("9w0B")
        .contains("// fine");
    assertThat(restored(text)).isEqualTo(text);
  }

  @Test
  void keyOfSeveralLines_isHiddenInACommentToo() {
    String key =
        "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQ\\nshort\\n-----END PRIVATE"
            + " KEY-----";
    String text =
        "{ tls: { privateKey: \"" + key + "\" } }\n/* MIIEvQIBADANBgkqhkiG9w0BAQ\nshort */";

    assertThat(redacted(text).text()).doesNotContain("MIIE").doesNotContain("short");
    assertThat(restored(text)).isEqualTo(text);
  }

  @Test
  void markThatTheFileHoldsAlready_isNotUsedAgain() {
    String text =
        "// __OPENCLAW_REDACTED_1__\n// password: hunter2\n{ a: '__OPENCLAW_REDACTED_2__' }";

    assertThat(redacted(text).text())
        .isEqualTo(
            "// __OPENCLAW_REDACTED_1__\n"
                + "// __OPENCLAW_REDACTED_3__\n"
                + "{ a: '__OPENCLAW_REDACTED_2__' }");
    assertThat(restored(text)).isEqualTo(text);
  }

  @Test
  void sentinelThatWasSavedBefore_isAFinding() {
    assertThat(redacted("{ a: { token: '" + Sentinel.TEXT + "' } }").findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.path()).isEqualTo("a.token");
          assertThat(finding.protections()).isEmpty();
        });
  }

  @Test
  void finding_saysWherePathAndWhatCanBeDone_butNoValue() {
    List<ConfigurationFinding> findings =
        redacted(
                "{ models: { providers: { openai: { apiKey: 'sk-abcdefghijklmnop1234' } } },"
                    + " mcp: { servers: { gh: { env: { GH: 'abcdefgh' } } } },"
                    + " channels: { googlechat: { serviceAccount: 'abcdefgh' } } }")
            .findings();

    assertThat(findings)
        .containsExactly(
            new ConfigurationFinding(
                "/models/providers/openai/apiKey",
                "models.providers.openai.apiKey",
                "looks like an API key of a model provider",
                "20-63",
                List.of("env", "ref", "token")),
            new ConfigurationFinding(
                "/mcp/servers/gh/env/GH",
                "mcp.servers.gh.env.GH",
                "is a credential field of OpenClaw",
                "8-19",
                List.of("env")),
            new ConfigurationFinding(
                "/channels/googlechat/serviceAccount",
                "channels.googlechat.serviceAccount",
                "is a credential field of OpenClaw",
                "8-19",
                List.of("env", "ref")));
  }

  @Test
  void toString_showsNothingOfTheFile() {
    RedactedConfiguration file = redacted("{ token: 'hunter2-rabbit' } // hunter2-rabbit");

    assertThat(file + " " + file.original() + " " + file.original().root() + " " + file.redacted())
        .doesNotContain("hunter2");
  }
}
