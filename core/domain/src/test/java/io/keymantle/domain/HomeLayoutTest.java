package io.keymantle.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HomeLayoutTest {
  @Test
  void home_namedByEnvironment_isThat() {
    assertThat(HomeLayout.locate(Map.of("KEYMANTLE_HOME", "/srv/k", "HOME", "/u"), "Linux", "/x"))
        .isEqualTo(new HomeLayout(Path.of("/srv/k")));
  }

  @Test
  void home_onLinux_isTheDataFolder() {
    assertThat(HomeLayout.locate(Map.of("HOME", "/u"), "Linux", "/x").folder())
        .isEqualTo(Path.of("/u/.local/share/keymantle"));
    assertThat(
            HomeLayout.locate(Map.of("HOME", "/u", "XDG_DATA_HOME", "/d"), "Linux", "/x").folder())
        .isEqualTo(Path.of("/d/keymantle"));
  }

  @Test
  void home_withRelativeDataFolder_ignoresIt() {
    assertThat(
            HomeLayout.locate(Map.of("HOME", "/u", "XDG_DATA_HOME", "d"), "Linux", "/x").folder())
        .isEqualTo(Path.of("/u/.local/share/keymantle"));
  }

  @Test
  void home_withoutHomeVariable_usesTheUsersHome() {
    assertThat(HomeLayout.locate(Map.of(), "Linux", "/x").folder())
        .isEqualTo(Path.of("/x/.local/share/keymantle"));
  }

  @Test
  void home_onMac_isApplicationSupport() {
    assertThat(HomeLayout.locate(Map.of("HOME", "/u"), "Mac OS X", "/x").folder())
        .isEqualTo(Path.of("/u/Library/Application Support/Keymantle"));
  }
}
