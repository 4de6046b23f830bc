package io.keymantle.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolationTest {
  @TempDir Path folder;

  private Path program(String script) throws Exception {
    Path program = Files.writeString(folder.resolve("bwrap"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private void setting(String name, String value) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
  }

  private Isolation.Unavailable probe(Path program) {
    return (Isolation.Unavailable) Isolation.probe(List.of(program), folder);
  }

  @Test
  void bubblewrap_missing_saysHowToInstallIt() {
    Isolation.Unavailable found = probe(folder.resolve("none"));
    assertThat(found.reason()).isEqualTo("bubblewrap is not installed");
    assertThat(found.fix()).isEqualTo("apt install bubblewrap");
    assertThat(found.refusal().problem().line()).startsWith("isolation_unavailable: bubblewrap");
  }

  @Test
  void namespaces_forbidden_namesTheSettingThatForbidsThem() throws Exception {
    Path failing = program("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1");
    setting("kernel/apparmor_restrict_unprivileged_userns", "1");
    assertThat(probe(failing).reason()).contains("setting up uid map: Permission denied");
    assertThat(probe(failing).fix())
        .isEqualTo("sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
    setting("kernel/apparmor_restrict_unprivileged_userns", "0");
    setting("kernel/unprivileged_userns_clone", "0");
    setting("user/max_user_namespaces", "0");
    assertThat(probe(failing).fix())
        .isEqualTo(
            "sysctl -w kernel.unprivileged_userns_clone=1"
                + " && sysctl -w user.max_user_namespaces=15000");
    setting("kernel/unprivileged_userns_clone", "1");
    setting("user/max_user_namespaces", "9000");
    assertThat(probe(failing).fix()).contains("seccomp profile", "--isolate never");
  }

  @Test
  void namespaces_working_areAvailable() throws Exception {
    Path working = program("exit 0");
    assertThat(Isolation.probe(List.of(folder.resolve("none"), working), folder))
        .isEqualTo(new Isolation.Available(working));
  }
}
