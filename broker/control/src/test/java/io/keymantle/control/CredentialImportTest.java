package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.domain.Surface;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialImportTest {
  private static final String OPENCLAW =
      """
      { "credentials": { "github-api": { "allowedAgents": ["main", "gh-issues"], "requireTotp": false,
        "expiresAfter": "1h" }, "production-db": { "allowedAgents": ["main"], "requireTotp": true,
        "expiresAfter": "5m" } } }
      """;

  private static Problem refusal(String text) {
    return catchThrowableOfType(RefusedException.class, () -> CredentialImport.parse(text))
        .problem();
  }

  private static Problem fieldRefusal(String fields) {
    return refusal("{credentials: {\n'github-api': {\n" + fields + "}}}");
  }

  private static CredentialSpec one(String fields) {
    return CredentialImport.parse("{credentials: {one: {" + fields + "}}}").getFirst();
  }

  @Test
  void exampleOfOpenclaw_isReadInItsOrderAndWrittenBackTheSame() {
    List<CredentialSpec> specs = CredentialImport.parse(OPENCLAW);

    assertThat(specs)
        .extracting(spec -> spec.name().value() + " " + CredentialCodec.text(spec))
        .containsExactly(
            "github-api {\"allowedAgents\":[\"main\",\"gh-issues\"],\"requireTotp\":false,"
                + "\"expiresAfter\":\"1h\"}",
            "production-db {\"allowedAgents\":[\"main\"],\"requireTotp\":true,"
                + "\"expiresAfter\":\"5m\"}");
  }

  @Test
  void everythingOfJson5_isUnderstood() {
    CredentialSpec spec =
        CredentialImport.parse(
                """
                // a comment with "quotes" { and braces
                {
                  gateway: { port: 0x4A38, ratio: +.5, big: 1e3, none: -Infinity, odd: NaN, },
                  $unquoted_ключ: 'single \\'quoted\\' with \\x41 \\u0042 \\
                continued',
                  /* credentials: { trap: {} } */
                  'credentials': {
                    "github-api": {
                      allowedAgents: ['m\\u0061in',],
                      uses: 0x2,
                      expiresAfter: '2d',
                    },
                  },
                }
                """)
            .getFirst();

    assertThat(spec.name()).hasToString("github-api");
    assertThat(spec.rules().allowedAgents()).hasToString("[main]");
    assertThat(spec.rules().uses()).isEqualTo(2);
    assertThat(spec.rules().expiresAfter()).isEqualTo(Duration.ofDays(2));
  }

  @Test
  void missingFields_haveTheirDefaults() {
    CredentialSpec spec = one("");

    assertThat(spec.rules().allowedAgents()).isEmpty();
    assertThat(spec.rules().requireTotp()).isFalse();
    assertThat(spec.rules().expiresAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(spec.source()).isEqualTo(SourceReference.STORE);
    assertThat(spec.bindings()).isEmpty();
  }

  @Test
  void ownFields_areReadBesideThoseOfOpenclaw() {
    CredentialSpec spec =
        one(
            """
            source: 'env:GITHUB_TOKEN', bindings: [
              { destination: 'HTTPS://API.GitHub.com:443/', methods: ['GET'], paths: ['/repos/**'],
                surface: 'header:X-Api-Key', inject: 'always', maxOccurrences: 2,
                addresses: ['10.0.0.0/8', '127.0.0.1'], capture: ['/access_token'] } ]
            """);

    assertThat(spec.source()).hasToString("env:GITHUB_TOKEN");
    assertThat(spec.bindings())
        .singleElement()
        .isInstanceOfSatisfying(
            NetworkBinding.class,
            binding -> {
              assertThat(binding.destination())
                  .isEqualTo(Destination.parse("https://api.github.com"));
              assertThat(binding.surface()).isEqualTo(new Surface.Header("x-api-key"));
              assertThat(binding.injection())
                  .isEqualTo(new Injection.Always(new Injection.Format.Raw()));
              assertThat(binding.addresses()).containsExactly("10.0.0.0/8", "127.0.0.1/32");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "requireTOTP: true | line 3: credentials.github-api.requireTOTP is not known here",
        "'allowedAgents ': [] | line 3: credentials.github-api.allowedAgents  is not known here",
        "requireTotp: 'false' | line 3: credentials.github-api.requireTotp is true or false",
        "requireTotp: 1 | line 3: credentials.github-api.requireTotp is true or false",
        "requireTotp: null | line 3: credentials.github-api.requireTotp is true or false",
        "allowedAgents: 'main' | line 3: credentials.github-api.allowedAgents is a list",
        "allowedAgents: [1] | line 3: credentials.github-api.allowedAgents[0] is a string",
        "uses: 1.5 | line 3: credentials.github-api.uses is a whole number from 0 to 2147483647",
        "uses: -1 | line 3: credentials.github-api.uses is a whole number from 0 to 2147483647",
        "uses: NaN | line 3: credentials.github-api.uses is a whole number from 0 to 2147483647",
        "uses: +Infinity | line 3: credentials.github-api.uses is a whole number from 0 to"
            + " 2147483647",
        "bindings: [{}] | line 3: credentials.github-api.bindings[0] has neither a destination nor"
            + " a command",
        "bindings: [{destination: 'https://a', port: 1}] | line 3:"
            + " credentials.github-api.bindings[0].port is not known here",
        "bindings: [{destination: 'https://a', command: '/b'}] | line 3:"
            + " credentials.github-api.bindings[0] has both a destination and a command",
        "uses: 1, uses: 1 | line 3: key \"uses\" stands twice",
      })
  void mistake_isRefusedWithPathAndLine(String fields, String message) {
    Problem problem = fieldRefusal(fields);

    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    assertThat(problem.message()).isEqualTo(message);
    assertThat(problem.fix()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "expiresAfter: ''",
        "expiresAfter: '0s'",
        "expiresAfter: '1H'",
        "expiresAfter: '1.5h'",
        "expiresAfter: '31d'",
        "expiresAfter: '99999999999d'",
        "expiresAfter: 'PT1H'",
        "expiresAfter: 3600",
        "allowedAgents: ['Main']",
        "allowedAgents: ['']",
        "source: ''",
        "source: 'ENV:X'",
        "bindings: [{destination: 'https://127.1'}]",
        "bindings: [{destination: 'https://user@host'}]",
        "bindings: [{destination: 'ftp://host'}]",
        "bindings: [{destination: 'https://a', surface: 'header:host'}]",
        "bindings: [{destination: 'https://a', surface: 'cookie'}]",
        "bindings: [{destination: 'https://a', paths: ['/a/../b']}]",
        "bindings: [{destination: 'https://a', methods: ['get']}]",
        "bindings: [{destination: 'https://a', methods: ['CONNECT']}]",
        "bindings: [{destination: 'https://a', maxOccurrences: 0}]",
        "bindings: [{destination: 'https://a', maxOccurrences: 65}]",
        "bindings: [{destination: 'https://a', addresses: ['10.0.0.1/8']}]",
        "bindings: [{destination: 'https://a', addresses: ['10.0.0.0/33']}]",
        "bindings: [{destination: 'https://a', addresses: ['localhost']}]",
        "bindings: [{destination: 'https://a', addresses: ['10.1/16']}]",
        "bindings: [{destination: 'https://a', capture: ['access_token']}]",
        "bindings: [{destination: 'https://a', inject: 'sometimes'}]",
        "bindings: [{destination: 'https://a', format: 'bearer'}]",
        "bindings: [{destination: 'https://a', inject: 'always', surface: 'query:k', format:"
            + " 'bearer'}]",
        "bindings: [{destination: 'https://a', inject: 'always', format: 'basic:'}]",
        "bindings: [{command: 'psql'}]",
        "bindings: [{command: '/usr/bin/../bin/psql'}]",
        "bindings: [{command: '/usr/bin/psql', deliver: 'argv'}]",
        "bindings: [{command: '/usr/bin/psql', deliver: 'env:'}]",
        "bindings: [{command: '/usr/bin/psql', deliver: 'env:A=B'}]",
        "bindings: [{command: '/usr/bin/psql', timeLimit: '2d'}]",
        "bindings: [{command: '/usr/bin/psql', outputLimit: 0}]",
        "bindings: [{command: '/usr/bin/psql', environment: ['A B']}]",
        "bindings: {}",
        "bindings: ['https://a']",
      })
  void invalidField_isRefusedWithItsLine(String fields) {
    Problem problem = fieldRefusal(fields);

    assertThat(problem.message()).startsWith("line 3").contains("credentials.github-api");
    assertThat(problem.fix()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{credentials: []}",
        "{credentials: {}} x",
        "{credentials: {}",
        "{credentials: {},,}",
        "{credentials {}}",
        "{credentials: {} credentials: {}}",
        "{credentials: {}, credentials: {}}",
        "{credentials: {one: {}, 'one': {}}}",
        "{credentials: {One: {}}}",
        "{credentials: {'__proto__': {}}}",
        "{credentials: {one: null}}",
        "{credentials: {one: undefined}}",
        "{a: 01, credentials: {}}",
        "{a: 0x, credentials: {}}",
        "{a: ., credentials: {}}",
        "{a: 1e, credentials: {}}",
        "{a: 1a, credentials: {}}",
        "{a: +, credentials: {}}",
        "{a: '\n', credentials: {}}",
        "{a: '\\1', credentials: {}}",
        "{a: '\\u00g0', credentials: {}}",
        "{a: 'open, credentials: {}}",
        "{/* open , credentials: {}}",
        "{/ credentials: {}}",
        "{1a: 1, credentials: {}}",
        "{a: '\\ud800', credentials: {}}",
      })
  void brokenFile_isRefused(String text) {
    assertThat(refusal(text).fix()).isNotEmpty();
  }

  @Test
  void refusal_neverShowsTextOfTheFile() {
    String secret = "ghp_abc123def456";
    for (String text :
        List.of(
            "{token: '" + secret + "' oops}",
            "{token: " + secret + "}",
            "{credentials: {one: {allowedAgents: ['" + secret.toUpperCase(Locale.ROOT) + "']}}}",
            "{credentials: {one: {expiresAfter: '" + secret + "'}}}",
            "{credentials: {one: {source: '" + secret + "'}}}",
            "{credentials: {one: {bindings: [{destination: 'https://" + secret + "@a'}]}}}")) {
      assertThat(refusal(text).line()).doesNotContainIgnoringCase(secret);
    }
  }

  @Test
  void valueInTheFile_isRefusedWithTheWayToPassIt() {
    Problem problem = fieldRefusal("value: 'ghp_abc123def456'");

    assertThat(problem.message())
        .isEqualTo("line 3: credentials.github-api.value is not known here");
    assertThat(problem.fix()).contains("standard input");
    assertThat(problem.line()).doesNotContain("ghp_");
  }

  @Test
  void depthAndLength_areBounded() {
    String deepest = "[".repeat(Json5Reader.DEEPEST - 1) + "]".repeat(Json5Reader.DEEPEST - 1);
    CredentialImport.parse("{a: " + deepest + ", credentials: {}}");
    assertThat(refusal("{a: [[" + deepest + "]], credentials: {}}").message()).contains("levels");
    assertThat(refusal("[".repeat(1_000_000)).message()).contains("levels");
    String padding = " ".repeat(Json5Reader.LONGEST - "{credentials:{}}".length());
    CredentialImport.parse("{credentials:{}}" + padding);
    assertThat(refusal("{credentials:{}}" + padding + " ").message()).contains("longer");
  }

  @Test
  void linesOfEveryKind_areCountedOnce() {
    assertThat(refusal("{\r\n\r\n\n\r\u2028 oops").message()).startsWith("line 6:");
  }

  @Test
  void registration_takesNameAndSealedValueBesideTheFields() {
    assertThat(Registration.parse("{\"name\": \"one\", \"requireTotp\": true}").spec().name())
        .isEqualTo(new CredentialName("one"));
    RefusedException missing =
        catchThrowableOfType(RefusedException.class, () -> Registration.parse("{}"));
    assertThat(missing.problem().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
  }
}
