package io.keymantle.files;

import io.keymantle.control.SettingStore;
import io.keymantle.domain.ConfigurationVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The latest saved versions of each file, kept in the home's settings. The ledger has all of them;
/// this is the short list that an editor shows.
final class History {
  /// Paths of one version; beyond, their number is kept.
  static final int PATHS_KEPT = 50;

  /// Versions of one file.
  static final int VERSIONS_KEPT = 50;

  private static final String PATH_END = "\u001f";

  private final SettingStore settings;

  History(SettingStore settings) {
    this.settings = settings;
  }

  /// Newest first.
  List<ConfigurationVersion> of(String file) {
    return settings.setting(name(file)).stream().flatMap(String::lines).map(History::read).toList();
  }

  void add(String file, ConfigurationVersion version) {
    List<ConfigurationVersion> versions = new ArrayList<>(List.of(version));
    versions.addAll(of(file));
    settings.putSetting(
        name(file),
        versions.stream()
            .limit(VERSIONS_KEPT)
            .map(History::line)
            .reduce("", (all, line) -> all + line + "\n"));
  }

  /// The changes as a version keeps them.
  static List<String> bounded(List<String> changes) {
    if (changes.size() <= PATHS_KEPT) {
      return changes;
    }
    List<String> bounded = new ArrayList<>(changes.subList(0, PATHS_KEPT));
    bounded.add("and " + (changes.size() - PATHS_KEPT) + " more");
    return bounded;
  }

  private static String name(String file) {
    return "openclaw.history " + file;
  }

  private static String line(ConfigurationVersion version) {
    return String.join(
        "\t",
        version.at().toString(),
        version.person(),
        version.base(),
        String.join(PATH_END, version.changed()));
  }

  private static ConfigurationVersion read(String line) {
    String[] parts = line.split("\t", -1);
    return new ConfigurationVersion(
        Instant.parse(parts[0]),
        parts[1],
        parts[2],
        parts[3].isEmpty() ? List.of() : List.of(parts[3].split(PATH_END)));
  }
}
