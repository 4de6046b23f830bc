package io.keymantle.source.local;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;
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
  public SecretBytes read(CredentialName credential, SourceReference reference) {
    Location location = parse(reference);
    byte[] content = readFile(credential, location.path());
    try {
      return SourceErrors.value(
          credential, extract(credential, location, content), "the value in " + location.path());
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] extract(CredentialName credential, Location location, byte[] content) {
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
    } catch (MalformedContentException e) {
      throw SourceErrors.failed(
          credential,
          location.path() + " " + e.getMessage(),
          "mend the file, or name another one with keymantle credential set --source");
    }
    throw SourceErrors.notFound(
        credential,
        location.path() + " has no " + fragment,
        "put it there, or change the source with keymantle credential set --source");
  }

  private static byte[] readFile(CredentialName credential, Path path) {
    try {
      Optional<TrustedPath.Unsafe> unsafe = TrustedPath.unsafe(path);
      if (unsafe.isPresent()) {
        throw SourceErrors.failed(credential, unsafe.get().message(), unsafe.get().fix());
      }
      if (!Files.isRegularFile(path)) {
        throw SourceErrors.failed(credential, path + " is not a file", "name a file");
      }
      try (InputStream in = Files.newInputStream(path)) {
        if (Files.size(path) > MAX_FILE_LENGTH) {
          throw tooLong(credential, path);
        }
        byte[] content = in.readNBytes(MAX_FILE_LENGTH + 1);
        if (content.length > MAX_FILE_LENGTH) {
          Arrays.fill(content, (byte) 0);
          throw tooLong(credential, path);
        }
        return content;
      }
    } catch (NoSuchFileException e) {
      throw SourceErrors.notFound(
          credential, path + " does not exist", "make the file, or change the source");
    } catch (IOException e) {
      throw SourceErrors.failed(
          credential, "the broker cannot read " + path, "chmod u+r it for the broker's user");
    }
  }

  private static RuntimeException tooLong(CredentialName credential, Path path) {
    return SourceErrors.failed(
        credential, path + " is longer than 1 MiB", "name a file that holds the value alone");
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
