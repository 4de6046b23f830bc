package io.keymantle.source.local;

import static io.keymantle.source.local.SourceFixture.CANARY;
import static io.keymantle.source.local.SourceFixture.read;
import static io.keymantle.source.local.SourceFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSourceTest {
  @TempDir private Path directory;
  private final FileSource source = new FileSource();

  @Test
  void wholeFile_losesOneFinalNewline() throws IOException {
    assertThat(read(source, file(CANARY))).isEqualTo(CANARY);
    assertThat(read(source, file(CANARY + "\n"))).isEqualTo(CANARY);
    assertThat(read(source, file(CANARY + "\r\n"))).isEqualTo(CANARY);
    assertThat(read(source, file(CANARY + "\n\n"))).isEqualTo(CANARY + "\n");
    assertThat(read(source, file(" two\nlines "))).isEqualTo(" two\nlines ");
  }

  @Test
  void emptyFile_isNotFound() throws IOException {
    assertThat(refusal(source, file("")).code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    assertThat(refusal(source, file("\n")).code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
  }

  @Test
  void jsonPointer_findsTheString() throws IOException {
    String json =
        """
        {"other": "%1$s-other", "a": {"b/c": [1, {"tok~en": "%1$s"}], "b": "shadow"},
         "empty": "", "": "of the empty name"}
        """
            .formatted(CANARY);

    assertThat(read(source, file(json) + "#/a/b~1c/1/tok~0en")).isEqualTo(CANARY);
    assertThat(read(source, file(json) + "#/other")).isEqualTo(CANARY + "-other");
    assertThat(read(source, file(json) + "#/")).isEqualTo("of the empty name");
    assertThat(read(source, file("[\"x\", \"y\"]") + "#/1")).isEqualTo("y");
  }

  @Test
  void jsonString_isDecodedAsJsonSays() throws IOException {
    String json = "{\"v\": \"q\\\" b\\\\ s\\/ \\b\\f\\n\\r\\t \\u00e9\\u20AC \\ud83d\\ude00 é😀\"}";

    assertThat(read(source, file(json) + "#/v")).isEqualTo("q\" b\\ s/ \b\f\n\r\t é€ 😀 é😀");
  }

  @Test
  void jsonString_thatIsLong_isReadWhole() throws IOException {
    String value = "x\\n".repeat(30_000);
    String json = "{\"before\": \"" + "b".repeat(90_000) + "\", \"v\": \"" + value + "\"}";

    assertThat(read(source, file(json) + "#/v")).isEqualTo("x\n".repeat(30_000));
  }

  @Test
  void jsonPointer_toNothing_isNotFound() throws IOException {
    String json = "{\"a\": {\"b\": \"" + CANARY + "\"}}";
    for (String pointer : new String[] {"/b", "/a/c", "/a/b/c", "/A", "/0"}) {
      assertThat(refusal(source, file(json) + "#" + pointer).code())
          .as(pointer)
          .isEqualTo(ErrorCode.SOURCE_PROPERTY_MISSING);
    }
    assertThat(refusal(source, file("{\"a\":\"\"}") + "#/a").code())
        .isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
  }

  @Test
  void jsonThatHasNoStringThere_orIsBroken_orAmbiguous_failsWithoutQuotingIt() throws IOException {
    String canary = "\"" + CANARY + "\"";
    for (String json :
        new String[] {
          "{\"v\": 1}",
          "{\"v\": null}",
          "{\"v\": {\"x\": " + canary + "}}",
          "{\"v\": [" + canary + "]}",
          "{\"v\": " + canary,
          "{\"v\": " + canary + "} " + CANARY,
          "{\"v\": " + canary + ", \"v\": \"other\"}",
          "{'v': " + canary + "}",
          "{\"v\": \"\\ud83d " + CANARY + "\"}",
          "{\"v\": \"\\ud83d\\u0041" + CANARY + "\"}",
          CANARY,
        }) {
      assertThat(refusal(source, file(json) + "#/v").code())
          .as(json)
          .isEqualTo(ErrorCode.SOURCE_MALFORMED);
    }
  }

  @Test
  void dotenv_findsTheVariable() throws IOException {
    String dotenv =
        """
        # TOKEN=of a comment
        PLAIN=%1$s
          export EXPORTED = %1$s # with a comment
        SINGLE='%1$s # $HOME \\n'
        DOUBLE="a\\n\\"b\\" \\\\ \\$c"
        MULTI="line one
        HIDDEN=not a variable
        line three"
        HASH=a#b
        EMPTY=
        not an assignment
        LAST=end\
        """
            .formatted(CANARY);

    String reference = file(dotenv) + "#";
    assertThat(read(source, reference + "PLAIN")).isEqualTo(CANARY);
    assertThat(read(source, reference + "EXPORTED")).isEqualTo(CANARY);
    assertThat(read(source, reference + "SINGLE")).isEqualTo(CANARY + " # $HOME \\n");
    assertThat(read(source, reference + "DOUBLE")).isEqualTo("a\n\"b\" \\ $c");
    assertThat(read(source, reference + "MULTI"))
        .isEqualTo("line one\nHIDDEN=not a variable\nline three");
    assertThat(read(source, reference + "HASH")).isEqualTo("a#b");
    assertThat(read(source, reference + "LAST")).isEqualTo("end");
    assertThat(refusal(source, reference + "EMPTY").code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    for (String missing : new String[] {"TOKEN", "HIDDEN", "PLAI", "LAIN", "plain"}) {
      assertThat(refusal(source, reference + missing).code())
          .as(missing)
          .isEqualTo(ErrorCode.SOURCE_PROPERTY_MISSING);
    }
  }

  @Test
  void dotenv_withWindowsLineEnds_isReadTheSame() throws IOException {
    assertThat(read(source, file("A=1\r\nB=two\r\n") + "#B")).isEqualTo("two");
  }

  @Test
  void dotenv_thatIsAmbiguousOrBroken_fails() throws IOException {
    assertThat(refusal(source, file("A=" + CANARY + "\nA=2\n") + "#A").code())
        .isEqualTo(ErrorCode.SOURCE_MALFORMED);
    assertThat(refusal(source, file("A=\"" + CANARY) + "#A").code())
        .isEqualTo(ErrorCode.SOURCE_MALFORMED);
  }

  @Test
  void file_atTheLimit_isRead_andAboveItFails() throws IOException {
    String padding = " ".repeat(FileSource.MAX_FILE_LENGTH - 9);

    assertThat(read(source, file("{\"v\":\"x\"}" + padding.substring(1)) + "#/v")).isEqualTo("x");
    assertThat(refusal(source, file("{\"v\":\"x\"}" + padding + " ") + "#/v").code())
        .isEqualTo(ErrorCode.SOURCE_FAILED);
    assertThat(read(source, file("x".repeat(65_536)))).hasSize(65_536);
    assertThat(refusal(source, file("x".repeat(65_537))).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
  }

  @Test
  void missingFile_isNotFound_andDirectoryFails() {
    assertThat(refusal(source, "file:" + directory.resolve("none")).code())
        .isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    assertThat(refusal(source, "file:" + directory).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
  }

  @Test
  void fileThatOthersCanWrite_isRefusedWithTheFix() throws IOException {
    String reference = file(CANARY);
    Path path = Path.of(reference.substring("file:".length()));
    for (String mode : new String[] {"rw--w----", "rw-----w-", "rw-rw-rw-"}) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      assertThat(refusal(source, reference).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
      assertThat(refusal(source, reference).fix()).isEqualTo("chmod go-w " + path);
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(read(source, reference)).isEqualTo(CANARY);
  }

  @Test
  void fileInADirectoryThatOthersCanWrite_isRefused() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.writeString(open.resolve("token"), CANARY);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(refusal(source, "file:" + open.resolve("token")).message()).contains("writable");
  }

  @Test
  void symbolicLink_isFollowedOnlyToWhereNobodyElseWrites() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.writeString(open.resolve("token"), CANARY);
    Path link = Files.createSymbolicLink(directory.resolve("link"), open.resolve("token"));

    assertThat(read(source, "file:" + link)).isEqualTo(CANARY);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(refusal(source, "file:" + link).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
  }

  @Test
  void reference_thatIsNotAbsoluteAndPlain_isRefused() {
    for (String reference :
        new String[] {
          "file:", "file:relative", "file:~/token", "file:/a/../b", "file:/a/./b", "file:/",
          "file:/a#", "file:/a#1X", "file:/a#/b~2", "file:/a#/b~", "file:#/b", "file:/a\0b"
        }) {
      assertThat(refusal(source, reference).code())
          .as(reference)
          .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }
  }

  private String file(String content) throws IOException {
    Path file = directory.resolve("content");
    Files.writeString(file, content);
    return "file:" + file;
  }
}
