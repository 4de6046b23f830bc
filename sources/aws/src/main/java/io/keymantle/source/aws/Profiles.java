package io.keymantle.source.aws;

import io.keymantle.source.http.SourceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// The files `~/.aws/credentials` and `~/.aws/config`, read anew for each question
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html). What the first says of a
/// profile comes before what the second does.
final class Profiles {
  private static final long MOST_BYTES = 1024 * 1024;

  private final SourceSettings settings;

  Profiles(SourceSettings settings) {
    this.settings = settings;
  }

  /// The profile that is used where none is named.
  String name() {
    return settings.text("profile", "AWS_PROFILE").orElse("default");
  }

  /// What a profile says that is no secret.
  Optional<String> text(String profile, String key) {
    return bytes(profile, key).map(found -> new String(found, StandardCharsets.UTF_8));
  }

  /// What a profile says; the caller zeroes it.
  Optional<byte[]> bytes(String profile, String key) {
    String inConfig = profile.equals("default") ? "default" : "profile " + profile;
    return find(file("AWS_SHARED_CREDENTIALS_FILE", "credentials"), profile, key)
        .or(() -> find(file("AWS_CONFIG_FILE", "config"), inConfig, key));
  }

  private Optional<Path> file(String variable, String name) {
    return settings
        .variable(variable)
        .map(Path::of)
        .or(() -> settings.variable("HOME").map(home -> Path.of(home, ".aws", name)));
  }

  /// Walks the lines without making strings of values.
  private static Optional<byte[]> find(Optional<Path> file, String section, String key) {
    if (file.isEmpty() || !Files.isRegularFile(file.get())) {
      return Optional.empty();
    }
    byte[] content = new byte[0];
    try {
      if (Files.size(file.get()) > MOST_BYTES) {
        return Optional.empty();
      }
      content = Files.readAllBytes(file.get());
      boolean inside = false;
      for (int start = 0, end; start < content.length; start = end + 1) {
        end = lineEnd(content, start);
        if (content[start] == '[') {
          inside = isHeader(content, start, end, section);
        } else if (inside && isKey(content, start, end, key)) {
          return Optional.of(value(content, start, end));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      // As if it were not there: the next place is looked at, and in the end is named.
      return Optional.empty();
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static int lineEnd(byte[] content, int start) {
    int end = start;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    return end;
  }

  private static boolean isHeader(byte[] content, int start, int end, String section) {
    String line = new String(content, start, end - start, StandardCharsets.UTF_8);
    int close = line.indexOf(']');
    return close > 0 && line.substring(1, close).strip().replaceAll("\\s+", " ").equals(section);
  }

  /// Lines that begin with a space belong to a nested setting, such as those of `s3`.
  private static boolean isKey(byte[] content, int start, int end, String key) {
    int equals = indexOf(content, start, end);
    return equals > start
        && content[start] > ' '
        && new String(content, start, equals - start, StandardCharsets.UTF_8)
            .strip()
            .equalsIgnoreCase(key);
  }

  private static byte[] value(byte[] content, int start, int end) {
    int from = indexOf(content, start, end) + 1;
    int to = end;
    while (from < to && isBlank(content[from])) {
      from++;
    }
    while (to > from && isBlank(content[to - 1])) {
      to--;
    }
    return Arrays.copyOfRange(content, from, to);
  }

  private static int indexOf(byte[] content, int start, int end) {
    for (int i = start; i < end; i++) {
      if (content[i] == '=') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isBlank(byte each) {
    return each == ' ' || each == '\t' || each == '\r';
  }
}
