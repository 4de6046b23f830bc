package io.keymantle.store.sqlite;

import io.keymantle.domain.HomeDirectory;
import io.keymantle.testkit.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A new store in a directory of its own, closed and deleted after the test.
final class StoreExtension implements AfterEachCallback {
  private Optional<SqliteStore> open = Optional.empty();
  private Optional<Path> directory = Optional.empty();

  Stores ports() {
    try {
      Path home = Files.createTempDirectory("keymantle-store");
      directory = Optional.of(home);
      Files.createDirectory(new HomeDirectory(home).run());
      SqliteStore store = SqliteStore.create(new HomeDirectory(home));
      open = Optional.of(store);
      return ports(store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stores ports(SqliteStore store) {
    return new Stores(
        store.credentials(),
        store.values(),
        store.agents(),
        store.runs(),
        store.grants(),
        store.factors(),
        store.settings(),
        store.approvals(),
        store.people(),
        store.sessions(),
        store.tokens());
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    open.ifPresent(SqliteStore::close);
    if (directory.isPresent()) {
      try (Stream<Path> files = Files.walk(directory.get())) {
        List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : deepestFirst) {
          Files.delete(file);
        }
      }
    }
  }
}
