package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an agent's own start-up files or wrappers lose of the variables that `run` set, `doctor`
/// sees from inside, and its printed fix brings back in the shell it is run in.
@Tag("slow")
class DoctorInRunE2E {
  /// Prints what the doctor says about a check before the fix, the fix, and what it says after.
  private static final String LOSE_AND_MEND =
      """
      about() { keymantle doctor --json | python3 -c '
      import json, sys
      found = [f for f in json.load(sys.stdin)["findings"] if f["check"] == sys.argv[1]]
      print(*(f[sys.argv[2]] for f in found))' "$CHECK" "$1"; }
      eval "$LOSE"
      echo "before: $(about level)"
      fix=$(about fix)
      echo "fix: $fix"
      eval "$fix"
      echo "after: $(about level)"
      """;

  @TempDir static Path folder;
  private static TestHome home;

  @BeforeAll
  static void start() throws IOException {
    home = TestHome.made(folder);
    home.must("up", "--gateway-port", "0");
    home.must("agent", "add", "main");
  }

  @AfterAll
  static void stop() throws IOException {
    home.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ca-curl, unset CURL_CA_BUNDLE",
    "ca-git, unset GIT_SSL_CAINFO",
    "ca-node, unset NODE_EXTRA_CA_CERTS",
    "ca-node, export NODE_TLS_REJECT_UNAUTHORIZED=0",
    "ca-python3, unset SSL_CERT_FILE",
    "ca-java, unset JAVA_TOOL_OPTIONS",
    "ca-java, export JDK_JAVA_OPTIONS=-Djavax.net.ssl.trustStore=/tmp/own",
    "ca-go, unset SSL_CERT_FILE"
  })
  void variable_lost(String check, String loss) throws IOException {
    Result result =
        home.runWith(
            Map.of(
                "PATH",
                TestHome.LAUNCHER.getParent() + ":" + System.getenv("PATH"),
                "CHECK",
                check,
                "LOSE",
                loss),
            "run",
            "--isolate",
            "never",
            "--agent",
            "main",
            "--",
            "sh",
            "-c",
            LOSE_AND_MEND);

    assertThat(result.output()).as(result.all()).contains("before: problem", "after: ok");
  }
}
