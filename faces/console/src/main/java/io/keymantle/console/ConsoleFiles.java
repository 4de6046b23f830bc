package io.keymantle.console;

import io.keymantle.api.PagePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The console's files, from the class path. A broker that nobody looks at reads none of them.
/// Thread-safe.
public final class ConsoleFiles implements PagePort {
  private static final String LIST = "files.txt";
  private static final String IMPORT_MAP = "importmap ";

  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private volatile Optional<Listed> listed = Optional.empty();

  /// What the build has made.
  ///
  /// @param importMap the hash of the one script that stands in the page itself
  private record Listed(Map<String, List<String>> files, String importMap) {}

  @Override
  public Optional<Page> page(String path) {
    List<String> file = listed().files().get(path);
    return file == null
        ? Optional.empty()
        : Optional.of(pages.computeIfAbsent(path, _ -> read(file)));
  }

  @Override
  public String policy() {
    return "default-src 'none'; script-src 'self' '"
        + listed().importMap()
        + "'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self';"
        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
        + " require-trusted-types-for 'script'; trusted-types lit-html";
  }

  private Listed listed() {
    return listed.orElseGet(() -> {
      Listed read = list();
      listed = Optional.of(read);
      return read;
    });
  }

  private static Listed list() {
    Map<String, List<String>> files = new HashMap<>();
    String importMap = "";
    for (String line : new String(bytes(LIST), StandardCharsets.UTF_8).split("\n")) {
      if (line.startsWith(IMPORT_MAP)) {
        importMap = line.substring(IMPORT_MAP.length());
      } else {
        List<String> fields = List.of(line.split("\t", 4));
        files.put(fields.getFirst(), fields);
      }
    }
    return new Listed(files, importMap);
  }

  private static Page read(List<String> file) {
    String name = file.get(1);
    return new Page(
        file.get(3),
        ByteBuffer.wrap(bytes("files/" + name)),
        "\"" + name + "\"",
        Boolean.parseBoolean(file.get(2)));
  }

  private static byte[] bytes(String name) {
    try (InputStream in = ConsoleFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the console's file " + name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
