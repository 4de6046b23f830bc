package io.keymantle.source.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// AWS's own test suite of Signature Version 4, all of it (`aws-sig-v4-test-suite/SOURCE.md`).
class SignatureTest {
  private static final Path SUITE = Path.of("src/test/resources/aws-sig-v4-test-suite");
  private static final String DATE = "20150830T123600Z";

  @TestFactory
  Stream<DynamicTest> request_isSigned_asAwsPublished() throws IOException {
    List<Path> requests;
    try (Stream<Path> files = Files.walk(SUITE)) {
      requests = files.filter(file -> file.toString().endsWith(".req")).sorted().toList();
    }
    assertThat(requests).hasSize(31);
    return requests.stream()
        .map(file ->
            DynamicTest.dynamicTest(file.getFileName().toString(), () -> requireSigned(file)));
  }

  private static void requireSigned(Path file) throws IOException {
    String text = Files.readString(file);
    int blank = text.indexOf("\n\n");
    String head = blank < 0 ? text : text.substring(0, blank);
    String body = blank < 0 ? "" : text.substring(blank + 2);
    List<String> lines = head.lines().toList();
    // A target of the suite may have a space in it.
    int method = lines.getFirst().indexOf(' ');
    String target = lines.getFirst().substring(method + 1, lines.getFirst().lastIndexOf(' '));
    int mark = target.indexOf('?');

    Canonical canonical =
        Canonical.of(
            lines.getFirst().substring(0, method),
            mark < 0 ? target : target.substring(0, mark),
            mark < 0 ? "" : target.substring(mark + 1),
            headers(lines.subList(1, lines.size())),
            body.getBytes(StandardCharsets.UTF_8));
    Signature signature = new Signature("us-east-1", "service");
    try (AwsCredentials credentials =
        AwsCredentials.lasting(
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".getBytes(StandardCharsets.US_ASCII),
            Optional.empty())) {
      assertThat(canonical.text()).isEqualTo(published(file, ".creq"));
      assertThat(signature.stringToSign(canonical, DATE)).isEqualTo(published(file, ".sts"));
      assertThat(signature.authorization(canonical, credentials, DATE))
          .isEqualTo(published(file, ".authz"));
    }
  }

  private static String published(Path request, String ending) throws IOException {
    return Files.readString(
        request.resolveSibling(request.getFileName().toString().replace(".req", ending)));
  }

  /// A line that begins with a space is a further value of the header before, as the suite has it.
  private static List<String> headers(List<String> lines) {
    List<String> headers = new ArrayList<>();
    String name = "";
    for (String line : lines) {
      int colon = line.indexOf(':');
      boolean further = line.startsWith(" ");
      name = further ? name : line.substring(0, colon);
      headers.add(name);
      headers.add(further ? line : line.substring(colon + 1));
    }
    return headers;
  }
}
