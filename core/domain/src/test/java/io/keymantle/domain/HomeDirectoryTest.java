package io.keymantle.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HomeDirectoryTest {
  @Test
  void home_namedByEnvironment_isThat() {
    assertThat(HomeDirectory.resolve(Map.of("KEYMANTLE_HOME", "/srv/k"), "Linux", Path.of("/u")))
        .isEqualTo(new HomeDirectory(Path.of("/srv/k")));
  }

  @Test
  void home_onLinux_isTheDataFolder() {
    assertThat(HomeDirectory.resolve(Map.of(), "Linux", Path.of("/u")).path())
        .isEqualTo(Path.of("/u/.local/share/keymantle"));
    assertThat(HomeDirectory.resolve(Map.of("XDG_DATA_HOME", "/d"), "Linux", Path.of("/u")).path())
        .isEqualTo(Path.of("/d/keymantle"));
  }

  @Test
  void home_withRelativeDataFolder_ignoresIt() {
    assertThat(HomeDirectory.resolve(Map.of("XDG_DATA_HOME", "d"), "Linux", Path.of("/u")).path())
        .isEqualTo(Path.of("/u/.local/share/keymantle"));
  }

  @Test
  void home_onMac_isApplicationSupport() {
    assertThat(HomeDirectory.resolve(Map.of(), "Mac OS X", Path.of("/u")).path())
        .isEqualTo(Path.of("/u/Library/Application Support/Keymantle"));
  }
}
