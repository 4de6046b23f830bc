package io.keymantle.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// `keymantle selftest`: attacks the user's own running installation with a canary value, and looks
/// for it in every channel that an agent can see. The user's credentials are neither read nor
/// changed; what the test adds, it removes.
final class Selftest {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final Terminal terminal;
  private final KeymantleCommand keymantle;
  private final boolean json;
  private final Map<String, Optional<String>> verdicts = new LinkedHashMap<>();

  Selftest(Terminal terminal, Path launcher, boolean json) {
    this.terminal = terminal;
    this.keymantle = new KeymantleCommand(launcher, Map.of("NO_COLOR", "1"));
    this.json = json;
  }

  /// Plays everything and prints the table.
  ///
  /// @return how many channels did not hold
  int play() throws IOException {
    SecureRandom random = new SecureRandom();
    String canary = "kmcanary" + text(random, 32);
    String name = "selftest-" + text(random, 8).toLowerCase(java.util.Locale.ROOT);
    Encodings encodings = new Encodings(canary);
    CanarySearch search = new CanarySearch(encodings);
    if (keymantle.run("status").status() != 0) {
      throw new IllegalStateException("the self-test attacks a running broker; fix: keymantle up");
    }
    Path workspace = Files.createTempDirectory("keymantle-selftest");
    FileTime begun = Files.getLastModifiedTime(workspace);
    Map<String, String> shapes = new TreeMap<>(encodings.echoes());
    try (EchoService echo = new EchoService(canary, shapes);
        var _ = CleanUp.atTheEnd(() -> remove(name, workspace))) {
      keymantle.must(
          canary.getBytes(StandardCharsets.UTF_8),
          "credential",
          "add",
          name,
          "--destination",
          echo.destination(),
          "--agents",
          name);
      keymantle.must("agent", "add", name);
      positiveControl(encodings, canary, search, workspace);
      replies(echo, shapes, name, workspace, search);
      wrongPlaces(echo, name, workspace, search);
      commands(name, search);
      leftovers(workspace, begun, search);
    }
    return print();
  }

  private void remove(String name, Path workspace) {
    keymantle.run("grant", "revoke", "--agent", name);
    keymantle.run("agent", "revoke", name);
    keymantle.run("credential", "remove", name);
    delete(workspace);
  }

  /// A search that finds nothing proves something only when it finds what is there.
  private void positiveControl(
      Encodings encodings, String canary, CanarySearch search, Path workspace) throws IOException {
    List<String> missed =
        encodings.forms().entrySet().stream()
            .filter(form -> encodings.foundIn("x" + form.getValue() + "y").isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    verdicts.put(
        "control: the search finds a planted canary",
        missed.isEmpty() && encodings.foundIn(canary).isPresent()
            ? Optional.empty()
            : Optional.of("it misses " + missed));
    Path planted = Files.writeString(workspace.resolve("planted"), "before " + canary + " after");
    verdicts.put(
        "control: so does the search of files",
        search.below(workspace).isPresent()
            ? Optional.empty()
            : Optional.of("it does not find " + planted));
    Files.delete(planted);
  }

  private void replies(
      EchoService echo,
      Map<String, String> shapes,
      String name,
      Path workspace,
      CanarySearch search)
      throws IOException {
    List<String> paths = new ArrayList<>(shapes.keySet());
    paths.addAll(List.of("header", "gzip", "events"));
    StringBuilder script = new StringBuilder("env; cat /proc/self/environ; ps axeww 2>/dev/null\n");
    for (int i = 0; i < paths.size(); i++) {
      script
          .append("echo; echo @@")
          .append(i)
          .append("; curl -sS -i --compressed -m 10 -H \"Authorization: Bearer $CANARY\" '")
          .append(echo.destination())
          .append('/')
          .append(paths.get(i))
          .append("' | tr '\\0' '.'\n");
    }
    KeymantleCommand.Result result =
        keymantle.run(
            new byte[0],
            workspace,
            "run",
            "--agent",
            name,
            "--credential",
            name + "=CANARY",
            "--",
            "sh",
            "-c",
            script.toString());
    String[] parts = result.output().split("@@\\d+\n", -1);
    verdicts.put("environment of the agent", search.text(parts[0]));
    for (int i = 0; i < paths.size(); i++) {
      String reply = i + 1 < parts.length ? parts[i + 1] : "";
      verdicts.put(
          "reply: " + paths.get(i),
          reply.contains(" 200 ")
              ? search.text(reply)
              : Optional.of("no reply: " + Judge.shorten(reply + result.errors(), 80)));
    }
    verdicts.put(
        "the service received the real value",
        echo.received() == paths.size()
            ? Optional.empty()
            : Optional.of(echo.received() + " of " + paths.size() + " times"));
  }

  private void wrongPlaces(EchoService echo, String name, Path workspace, CanarySearch search)
      throws IOException {
    int before = echo.received();
    String script =
        "curl -sS -m 10 \""
            + echo.destination()
            + "/?q=$CANARY\"; curl -sS -m 10 -d \"$CANARY\" "
            + echo.destination()
            + "/; curl -sS -m 10 -H \"Cookie: $CANARY\" "
            + echo.destination()
            + "/";
    KeymantleCommand.Result result =
        keymantle.run(
            new byte[0],
            workspace,
            "run",
            "--agent",
            name,
            "--credential",
            name + "=CANARY",
            "--",
            "sh",
            "-c",
            script);
    boolean refused = result.output().contains("surface_mismatch") && echo.received() == before;
    verdicts.put(
        "token in query, body and cookie",
        refused ? search.text(result.all()) : Optional.of("it was not refused"));
  }

  private void commands(String name, CanarySearch search) throws IOException {
    for (List<String> command :
        List.of(
            List.of("credential", "show", name, "--json"),
            List.of("credential", "list", "--json"),
            List.of("grant", "list", "--json"),
            List.of("ledger", "export", "--format", "json"),
            List.of("ledger", "export", "--format", "csv"),
            List.of("status", "--json"))) {
      KeymantleCommand.Result result = keymantle.run(command.toArray(String[]::new));
      verdicts.put(
          "keymantle " + String.join(" ", command).replace(name, "NAME"),
          result.status() == 0
              ? search.text(result.all())
              : Optional.of("it failed: " + Judge.shorten(result.errors(), 80)));
    }
  }

  /// What lies on the disk as bytes (database, ledger, logs, a backup, temporary files), and the
  /// broker's process.
  private void leftovers(Path workspace, FileTime begun, CanarySearch search) throws IOException {
    String status = keymantle.must("status").output();
    verdicts.put("files of the home", search.below(Path.of(line(status, "home"))));
    Path backup = workspace.resolve("selftest.backup");
    KeymantleCommand.Result made = keymantle.run("backup", backup.toString());
    verdicts.put(
        "backup",
        made.status() == 0
            ? search.below(workspace)
            : Optional.of("it failed: " + Judge.shorten(made.errors(), 80)));
    verdicts.put(
        "temporary files",
        search.changedSince(begun, Path.of(System.getProperty("java.io.tmpdir", "/tmp"))));
    if (Files.isDirectory(Path.of("/proc/self"))) {
      verdicts.put("arguments and environments of processes", search.processes());
      verdicts.put(
          "memory and core file of the broker",
          CanarySearch.memory(Long.parseLong(line(status, "broker").replaceAll(".*process ", ""))));
    }
  }

  /// A line of `keymantle status` without its name.
  private static String line(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("status does not say: " + name));
  }

  private int print() {
    long failures = verdicts.values().stream().filter(Optional::isPresent).count();
    if (json) {
      StringBuilder text = new StringBuilder("{\"held\":" + (failures == 0) + ",\"channels\":{");
      String gap = "";
      for (Map.Entry<String, Optional<String>> verdict : verdicts.entrySet()) {
        text.append(gap)
            .append(quoted(verdict.getKey()))
            .append(':')
            .append(quoted(verdict.getValue().orElse("held")));
        gap = ",";
      }
      terminal.line(text.append("}}").toString());
      return (int) failures;
    }
    int number = 0;
    for (Map.Entry<String, Optional<String>> verdict : verdicts.entrySet()) {
      terminal.verdict(++number, verdict.getKey(), verdict.getValue().isEmpty());
      verdict.getValue().ifPresent(why -> terminal.field("because", why));
    }
    terminal.line("");
    terminal.line(
        failures == 0
            ? "The canary is nowhere: all " + number + " channels held."
            : failures + " of " + number + " channels did NOT hold.");
    return (int) failures;
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ")
        + '"';
  }

  private static String text(SecureRandom random, int length) {
    StringBuilder text = new StringBuilder();
    random.ints(length, 0, ALPHABET.length()).forEach(index -> text.append(ALPHABET.charAt(index)));
    return text.toString();
  }

  /// Deletes a folder with all that is in it. What cannot be deleted stays, in a folder that is the
  /// person's alone.
  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("could not delete " + folder + ": " + e.getMessage());
    }
  }
}
