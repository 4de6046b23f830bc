package io.keymantle.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CommandBinding.Delivery;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An agent that links, moves and swaps what it may, before the check and during it.
class ExecutableGuardTest {
  private static final Path PROGRAM = Path.of("/usr/bin/printenv");

  /// A broker under a user of its own, and one under root.
  private static final List<ExecutableGuard> GUARDS =
      List.of(new ExecutableGuard(false), new ExecutableGuard(true));

  @TempDir Path folder;

  @Test
  void installedProgram_isAcceptedAsWhatItIs() throws Exception {
    for (ExecutableGuard guard : GUARDS) {
      assertThat(guard.check(FakeBroker.CREDENTIAL, pinned(PROGRAM)))
          .isEqualTo(PROGRAM.toRealPath());
    }
  }

  @Test
  void program_linkedIntoAFolderOfAll_isRefusedThoughItIsRoots() throws Exception {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    assertRefused(linkOrCopy(shared.resolve("tool")));
  }

  @Test
  void program_whoseFolderTheAgentOwns_isRefused() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertRefused(linkOrCopy(own.resolve("tool")));
  }

  @Test
  void link_swappedDuringTheCheck_isNeverAccepted() throws Exception {
    Path tool = folder.resolve("tool");
    swapping(tool, PROGRAM, linkOrCopy(folder.resolve("other")), () -> assertRefused(tool));
  }

  @Test
  void folder_swappedDuringTheCheck_isNeverAccepted() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    linkOrCopy(own.resolve(PROGRAM.getFileName()));
    Path bin = folder.resolve("bin");
    Path through = bin.resolve(PROGRAM.getFileName());
    swapping(bin, PROGRAM.getParent(), own, () -> assertRefused(through));
  }

  @Test
  void anotherName_ofThePinnedProgram_isNotTheProgram() throws Exception {
    Path own = linkOrCopy(folder.resolve("printenv"));
    assertThatThrownBy(() ->
            CommandMatch.of(
                FakeBroker.CREDENTIAL,
                List.of(pinned(PROGRAM)),
                List.of(own.toString(), "DB_PASSWORD"),
                GUARDS.getFirst()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.problem().code()).isEqualTo(ErrorCode.COMMAND_NOT_ALLOWED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/opt/app/tool", "/usr/src/app/tool", "/usr/local/tool", "/etc/tool"})
  void folder_thatAnAgentOfRootMayWorkIn_isNotOneOfInstalledPrograms(String path) {
    assertThat(ExecutableGuard.isInstalled(Path.of(path))).isFalse();
  }

  private static void assertRefused(Path path) {
    for (ExecutableGuard guard : GUARDS) {
      assertThatThrownBy(() -> guard.check(FakeBroker.CREDENTIAL, pinned(path)))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("could be replaced by an agent");
    }
  }

  private static CommandBinding pinned(Path executable) {
    return new CommandBinding(
        executable,
        List.of("**"),
        new Delivery.EnvironmentVariable("DB_PASSWORD"),
        true,
        Optional.empty(),
        Set.of(),
        Duration.ofSeconds(1),
        CommandBinding.DEFAULT_OUTPUT_LIMIT);
  }

  /// The program under another name: the same file where the system lets users do that.
  private static Path linkOrCopy(Path name) throws IOException {
    try {
      return Files.createLink(name, PROGRAM.toRealPath());
    } catch (IOException otherFileSystemOrForbidden) {
      Files.copy(PROGRAM, name);
      Files.setPosixFilePermissions(name, PosixFilePermissions.fromString("rwxr-xr-x"));
      return name;
    }
  }

  /// Checks many times while a link leads now here and now there.
  private static void swapping(Path link, Path one, Path other, Runnable check) throws Exception {
    Files.createSymbolicLink(link, one);
    AtomicBoolean done = new AtomicBoolean();
    Thread agent =
        Thread.ofPlatform()
            .start(() -> {
              Path fresh = link.resolveSibling("fresh");
              for (boolean there = true; !done.get(); there = !there) {
                try {
                  Files.createSymbolicLink(fresh, there ? other : one);
                  Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }
            });
    try {
      for (int i = 0; i < 500; i++) {
        check.run();
      }
    } finally {
      done.set(true);
      agent.join();
    }
  }
}
