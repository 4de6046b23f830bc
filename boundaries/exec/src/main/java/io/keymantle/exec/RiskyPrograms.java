package io.keymantle.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Programs that run code which they find in their working folder, their configuration or their
/// arguments. Whoever steers one of those with a secret in its environment has the secret, so a
/// binding must say `trustsWorkdir`.
final class RiskyPrograms {
  private static final Set<String> NAMES =
      Set.of(
          ("sh bash rbash dash ash zsh fish ksh ksh93 mksh csh tcsh busybox toybox python pypy perl"
               + " ruby irb node nodejs deno bun lua luajit php R Rscript java jshell javaw kotlin"
               + " kotlinc groovy scala clojure julia guile racket sbcl erl elixir iex ocaml tclsh"
               + " wish expect swift dotnet mono osascript awk gawk mawk nawk sed ed ex m4 bc dc"
               + " gdb lldb jdb strace ltrace perf valgrind git git-lfs hg svn bzr gh glab"
               + " pre-commit npm npx yarn yarnpkg pnpm pnpx corepack pip pipx pip3 uv uvx poetry"
               + " pdm hatch tox nox pytest conda mamba gem bundle bundler rake rspec cpan composer"
               + " make gmake bmake cmake ctest cpack ninja meson scons bazel buck just task"
               + " terraform tofu terragrunt pulumi packer vagrant ansible ansible-playbook helm"
               + " helmfile kubectl kustomize skaffold docker docker-compose podman buildah nerdctl"
               + " cargo rustc rustup go gofmt gcc g++ cc c++ clang clang++ ld as tcc mvn mvnw"
               + " gradle gradlew ant sbt lein mill bsp nix nix-shell nix-build nix-env guix ssh"
               + " scp sftp rsync sshpass autossh tar bsdtar cpio zip unzip 7z find fd xargs"
               + " parallel env nohup nice ionice setsid timeout stdbuf time chroot unshare nsenter"
               + " bwrap setarch setpriv runuser su sudo doas pkexec systemd-run capsh flock watch"
               + " script screen tmux dtach entr run-parts start-stop-daemon ld.so ld-linux"
               + " ld-linux-x86-64.so ld-linux-aarch64.so vi vim view vimdiff nvim nano emacs"
               + " emacsclient pico joe micro less more most man info w3m lynx mutt mail sqlite3"
               + " ftp lftp socat nc ncat netcat crontab at batch dpkg apt apt-get rpm dnf yum snap"
               + " flatpak direnv asdf mise nvm pyenv rbenv hyperfine psql mysql mariadb mongosh"
               + " sqlplus wget openssl gpg split sort rlwrap unbuffer chrt taskset prlimit choom"
               + " fakeroot faketime eatmydata dbus-run-session sg newgrp gosu su-exec tini"
               + " dumb-init logrotate")
              .split(" "));

  private static final int LINE = 256;

  private RiskyPrograms() {}

  /// The name of the risky program that an executable is, or is a script of; empty for neither.
  ///
  /// @param pinned the path in the binding; a link may give a program its name
  /// @param resolved where it leads
  static String match(Path pinned, Path resolved) throws IOException {
    for (Path path : List.of(pinned, resolved)) {
      String name = plainName(path);
      if (NAMES.contains(name)) {
        return name;
      }
    }
    String interpreter = interpreter(resolved);
    return NAMES.contains(interpreter) ? interpreter : "";
  }

  /// `/usr/bin/python3.11` is `python`, `/usr/bin/x86_64-linux-gnu-gcc-12` is `gcc`.
  private static String plainName(Path path) {
    Path last = path.getFileName();
    String name = last == null ? "" : last.toString();
    String plain = name.replaceFirst("^(x86_64|aarch64|i686)-linux-gnu-", "");
    String withoutVersion = plain.replaceFirst("[-.]?[0-9][0-9.]*$", "");
    if (NAMES.contains(plain)) {
      return plain;
    }
    String lower = withoutVersion.toLowerCase(Locale.ROOT);
    String dotted = lower.replaceFirst("\\.(basic|tiny|nox|gtk3|small|stable|dbg|bin)$", "");
    return NAMES.contains(withoutVersion) ? withoutVersion : dotted;
  }

  /// The program that a script's first line names, `env` looked through; empty for no script.
  private static String interpreter(Path executable) throws IOException {
    byte[] start;
    try (InputStream input = Files.newInputStream(executable)) {
      start = input.readNBytes(LINE);
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("#!")) {
      return "";
    }
    String[] words = text.substring(2).lines().findFirst().orElse("").strip().split("\\s+");
    for (String word : words) {
      String name = plainName(Path.of(word));
      boolean lookThrough = name.equals("env") || word.startsWith("-") || word.contains("=");
      if (!lookThrough) {
        return name;
      }
    }
    return "env";
  }
}
