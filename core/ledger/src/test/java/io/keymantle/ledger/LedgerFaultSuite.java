package io.keymantle.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The slow fault suite: a ledger in a JVM of its own whose Nth system call of a kind fails or is
/// the moment of a SIGKILL (strace's injection), for every N until none is left; then small and
/// read-only disks. After each: nothing was acknowledged after the first refusal, everything that
/// was is there when the ledger is opened again with no help, and the whole verifies.
///
/// Run by `testing/e2e/ledger-faults`, not by `verify`. A write that is cut short is in
/// `LedgerFaultTest`: strace can only claim one.
public final class LedgerFaultSuite {
  private static final int ENTRIES = 40;

  /// More than fit on the small disk.
  private static final int MANY = 600;

  private static final long LIMIT_SECONDS = 120;
  private static final List<String> FAULTS =
      List.of(
          "fdatasync:error=EIO",
          "fdatasync:error=ENOSPC",
          "fdatasync:signal=SIGKILL",
          "fsync:error=EIO",
          "fsync:signal=SIGKILL",
          "pwrite64:error=EIO",
          "pwrite64:error=ENOSPC",
          "pwrite64:error=EROFS",
          "pwrite64:signal=SIGKILL",
          "rename:error=EIO",
          "rename:signal=SIGKILL");

  private final Path folder;
  private final int most;
  private int passed;
  private int failed;

  private LedgerFaultSuite(Path folder, int most) {
    this.folder = folder;
    this.most = most;
  }

  /// What a run said, and whether the fault came to pass.
  private record Run(List<String> lines, boolean faulted) {
    Set<String> durable() {
      return lines.stream()
          .filter(line -> line.startsWith(FaultedLedger.DURABLE))
          .map(line -> line.substring(FaultedLedger.DURABLE.length()))
          .collect(Collectors.toSet());
    }

    boolean acknowledgedAfterARefusal() {
      return lines.stream()
          .dropWhile(line -> !line.startsWith(FaultedLedger.REFUSED))
          .anyMatch(line -> line.startsWith(FaultedLedger.DURABLE));
    }
  }

  /// Arguments: the greatest N (default: all), and a directory on the disk to use.
  public static void main(String[] arguments) throws Exception {
    int most = arguments.length > 0 ? Integer.parseInt(arguments[0]) : Integer.MAX_VALUE;
    Path parent = Path.of(arguments.length > 1 ? arguments[1] : ".").toAbsolutePath();
    Path folder = Files.createTempDirectory(parent, "ledger-faults-");
    var suite = new LedgerFaultSuite(folder, most);
    try {
      for (String fault : FAULTS) {
        suite.sweep(fault);
      }
      suite.smallDisk();
      suite.readOnlyDisk();
    } finally {
      delete(folder);
    }
    System.out.println(suite.passed + " passed, " + suite.failed + " failed");
    System.exit(suite.failed == 0 ? 0 : 1);
  }

  private void sweep(String fault) throws IOException, InterruptedException {
    int before = passed;
    boolean faulted = true;
    int n = 1;
    for (; faulted && n <= most; n++) {
      Path home = folder.resolve("ledger");
      Run run = run(home, ENTRIES, List.of("-e", "inject=" + fault + ":when=" + n), kind(fault));
      faulted = run.faulted();
      check(fault + " at " + n, home, run);
      delete(home);
    }
    System.out.printf(Locale.ROOT, "%-28s %d moments held%n", fault, passed - before);
  }

  private static String kind(String fault) {
    return fault.substring(0, fault.indexOf(':'));
  }

  /// A disk of 64 KiB: it fills, and with more room everything acknowledged is there.
  private void smallDisk() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("small"));
    if (!command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString())) {
      System.out.println("skipped: the small disk, for this user may not mount one");
      return;
    }
    try {
      Path home = disk.resolve("ledger");
      Run run = run(home, MANY, List.of(), "fdatasync");
      command("mount", "-o", "remount,size=4m", disk.toString());
      check("a disk of 64 KiB", home, run);
      boolean said = run.lines().stream().anyMatch(line -> line.contains("the disk is full"));
      expect("a full disk is refused and named", !run.durable().isEmpty() && said, run);
    } finally {
      command("umount", disk.toString());
    }
  }

  private void readOnlyDisk() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("read-only"));
    if (!command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString())) {
      System.out.println("skipped: the read-only disk, for this user may not mount one");
      return;
    }
    try {
      Path home = disk.resolve("ledger");
      Run before = run(home, ENTRIES, List.of(), "fdatasync");
      command("mount", "-o", "remount,ro", disk.toString());
      Run run = run(home, ENTRIES, List.of(), "fdatasync");
      boolean said = run.lines().stream().anyMatch(line -> line.contains("read-only"));
      command("mount", "-o", "remount,rw", disk.toString());
      check("a read-only disk", home, new Run(before.lines(), true));
      expect("a read-only disk is refused and named", run.durable().isEmpty() && said, run);
    } finally {
      command("umount", disk.toString());
    }
  }

  private Run run(Path home, int entries, List<String> injection, String traced)
      throws IOException, InterruptedException {
    Path trace = folder.resolve("trace");
    Files.deleteIfExists(trace);
    List<String> command =
        new ArrayList<>(List.of("strace", "-f", "-qq", "-o", trace.toString(), "-e", traced));
    command.addAll(injection);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            FaultedLedger.class.getName(),
            home.toString(),
            Integer.toString(entries)));
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    List<String> lines = Files.readAllLines(out);
    boolean killed = !lines.contains(FaultedLedger.CLOSED);
    boolean injected = Files.exists(trace) && Files.readString(trace).contains("INJECTED");
    return new Run(lines, injected || killed);
  }

  private void check(String name, Path home, Run run) {
    expect(name + ": acknowledged after a refusal", !run.acknowledgedAfterARefusal(), run);
    if (!Files.exists(home)) {
      expect(name + ": lost with its directory", run.durable().isEmpty(), run);
      return;
    }
    try (Ledger again = Ledger.open(FaultedLedger.configuration(home))) {
      Set<String> found =
          again.entries(0, 10 * MANY).stream()
              .map(entry -> entry.event().operation())
              .collect(Collectors.toSet());
      expect(name + ": lost", found.containsAll(run.durable()), run);
    } catch (RuntimeException e) {
      expect(name + ": not opened again, " + e.getMessage(), false, run);
      return;
    }
    VerificationReport report = LedgerVerifier.verify(home, Events.signer(), Optional.empty());
    expect(name + ": " + report.summary(), report.ok(), run);
    passed++;
  }

  private void expect(String what, boolean holds, Run run) {
    if (!holds) {
      failed++;
      System.out.println("FAILED " + what);
      run.lines().stream().skip(Math.max(0, run.lines().size() - 5)).forEach(System.out::println);
    }
  }

  private static boolean command(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
