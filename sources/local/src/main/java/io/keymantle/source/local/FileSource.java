package io.keymantle.source.local;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.intake.Dotenv;
import io.keymantle.intake.MalformedDotenvException;
import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.MalformedContentException;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// `file:PATH`, a file that holds the value alone; `file:PATH#/json/pointer`, a string in a JSON
/// file (RFC 6901); `file:PATH#KEY`, a variable of a dotenv file.
///
/// The path is absolute, and nobody but root and the broker's user may be able to change what it
/// leads to ([TrustedPath]). At most 1 MiB is read. One newline at the end of a file that holds the
/// value alone is not part of the value.
public final class FileSource implements SecretSource {
  static final int MAX_FILE_LENGTH = 1024 * 1024;

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public void check(SourceReference reference) {
    parse(reference);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    Location location = parse(reference);
    byte[] content = readFile(location.path());
    try {
      return SourceErrors.value(
          credential, extract(location, content), "the value in " + location.path());
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] extract(Location location, byte[] content) throws SourceException {
    String fragment = location.fragment();
    if (fragment.isEmpty()) {
      return Arrays.copyOf(content, SourceErrors.lengthWithoutNewline(content, content.length));
    }
    try {
      Optional<byte[]> found =
          fragment.startsWith("/")
              ? JsonString.find(content, fragment)
              : Dotenv.find(content, fragment);
      if (found.isPresent()) {
        return found.get();
      }
    } catch (MalformedContentException | MalformedDotenvException e) {
      throw new SourceException(
          SourceException.Reason.MALFORMED,
          location.path() + " " + e.getMessage(),
          "mend the file, or name another one with keymantle credential set --source");
    }
    throw new SourceException(
        SourceException.Reason.PROPERTY_MISSING,
        location.path() + " has no " + fragment,
        "put it there, or change the source with keymantle credential set --source");
  }

  private static byte[] readFile(Path path) throws SourceException {
    try {
      Optional<TrustedPath.Unsafe> unsafe = TrustedPath.unsafe(path);
      if (unsafe.isPresent()) {
        throw SourceErrors.failed(unsafe.get().message(), unsafe.get().fix());
      }
      if (!Files.isRegularFile(path)) {
        throw SourceErrors.failed(path + " is not a file", "name a file");
      }
      try (InputStream in = Files.newInputStream(path)) {
        if (Files.size(path) > MAX_FILE_LENGTH) {
          throw tooLong(path);
        }
        byte[] content = in.readNBytes(MAX_FILE_LENGTH + 1);
        if (content.length > MAX_FILE_LENGTH) {
          Arrays.fill(content, (byte) 0);
          throw tooLong(path);
        }
        return content;
      }
    } catch (NoSuchFileException e) {
      throw SourceErrors.notFound(path + " does not exist", "make the file, or change the source");
    } catch (IOException e) {
      throw SourceErrors.failed(
          "the broker cannot read " + path, "chmod u+r it for the broker's user");
    }
  }

  private static SourceException tooLong(Path path) {
    return SourceErrors.failed(
        path + " is longer than 1 MiB", "name a file that holds the value alone");
  }

  private static Location parse(SourceReference reference) {
    String locator = reference.locator();
    int hash = locator.indexOf('#');
    String path = hash < 0 ? locator : locator.substring(0, hash);
    String fragment = hash < 0 ? "" : locator.substring(hash + 1);
    boolean usable =
        hash < 0
            || (fragment.startsWith("/")
                ? JsonString.isPointer(fragment)
                : Dotenv.isName(fragment));
    if (!usable) {
      throw SourceErrors.malformed(
          "after # comes a JSON pointer or the name of a variable",
          "write file:/path#/json/pointer or file:/path#NAME");
    }
    return new Location(
        TrustedPath.parse(path)
            .orElseThrow(() ->
                SourceErrors.malformed(
                    "a file source names an absolute path without . and ..",
                    "write file:/path/to/file")),
        fragment);
  }

  private record Location(Path path, String fragment) {}
}
