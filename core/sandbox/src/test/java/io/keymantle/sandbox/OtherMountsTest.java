package io.keymantle.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtherMountsTest {
  private static final Path HOME = Path.of("/home/u/.local/share/keymantle");

  private static List<Path> of(String... lines) {
    return OtherMounts.of(HOME, List.of(lines));
  }

  @Test
  void folder_mountedOnce_hasNoOtherPath() {
    assertThat(of("22 1 254:0 / / rw - ext4 /dev/vda rw", "23 22 0:5 / /proc rw - proc proc rw"))
        .isEmpty();
  }

  @Test
  void fileSystem_mountedTwice_isFound() {
    assertThat(
            of(
                "22 1 254:0 / / rw - ext4 /dev/vda rw",
                "30 22 254:1 / /home rw - ext4 /dev/vdb rw",
                "31 22 254:1 / /mnt/old\\040home rw - ext4 /dev/vdb rw"))
        .containsExactly(Path.of("/mnt/old home/u/.local/share/keymantle"));
  }

  @Test
  void parent_boundElsewhere_isFound() {
    assertThat(
            of(
                "22 1 254:0 / / rw - ext4 /dev/vda rw",
                "31 22 254:0 /home/u/.local /srv/backup rw - ext4 /dev/vda rw"))
        .containsExactly(Path.of("/srv/backup/share/keymantle"));
  }

  @Test
  void part_boundElsewhere_isFound() {
    assertThat(
            of(
                "22 1 254:0 / / rw - ext4 /dev/vda rw",
                "31 22 254:0 /home/u/.local/share/keymantle/ledger /srv/ledger rw - ext4 d rw"))
        .containsExactly(Path.of("/srv/ledger"));
  }

  @Test
  void laterMount_overAnEarlier_decides() {
    assertThat(
            of(
                "22 1 254:0 / / rw - ext4 /dev/vda rw",
                "30 22 254:1 / /home rw - ext4 /dev/vdb rw",
                "31 22 254:0 /home /srv/under rw - ext4 /dev/vda rw"))
        .isEmpty();
  }
}
