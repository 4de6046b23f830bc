package io.keymantle.source.kubernetes;

import io.keymantle.source.http.SourceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// One kubeconfig file. Every scalar in it is text; no tag makes anything else of it.
///
/// @param top its members
record KubeconfigFile(Path file, Map<?, ?> top) {
  private static final int MOST_BYTES = 1024 * 1024;

  /// A named cluster, user or context.
  record Entry(String name, Path file, Map<?, ?> members) {
    boolean has(String member) {
      return members.containsKey(member) && !"".equals(members.get(member));
    }

    Optional<String> text(String member) {
      return textOf(members, member);
    }

    /// A file that it names, from where the kubeconfig stands.
    Path path(String name) {
      return file.toAbsolutePath().resolveSibling(name);
    }

    @Override
    public String toString() {
      return "[entry " + name + "]";
    }
  }

  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration` when it is none
  static KubeconfigFile read(SourceSettings settings, Path file) {
    try {
      if (Files.size(file) <= MOST_BYTES) {
        Iterator<Object> documents =
            new Load(LoadSettings.builder().setSchema(new FailsafeSchema()).build())
                .loadAllFromString(Files.readString(file, StandardCharsets.UTF_8))
                .iterator();
        if (documents.hasNext() && documents.next() instanceof Map<?, ?> top) {
          return new KubeconfigFile(file, top);
        }
      }
    } catch (IOException | YamlEngineException e) {
      // The parser's message quotes the file.
    }
    throw settings.refused(file + " is no kubeconfig that can be read", "set kubeconfig=FILE");
  }

  Optional<String> text(String member) {
    return textOf(top, member);
  }

  /// The first entry of that name.
  ///
  /// @param kind `cluster`, `user` or `context`
  Optional<Entry> entry(String kind, String name) {
    if (top.get(kind + "s") instanceof List<?> all) {
      for (Object each : all) {
        if (each instanceof Map<?, ?> named
            && name.equals(named.get("name"))
            && named.get(kind) instanceof Map<?, ?> members) {
          return Optional.of(new Entry(name, file, members));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> textOf(Map<?, ?> map, String member) {
    return map.get(member) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "[kubeconfig " + file + "]";
  }
}
