package io.keymantle.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final long LARGEST_SEARCHED_FILE = 256L << 20;

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
    KeymantleCommand.Result status = keymantle.run("status");
    if (status.status() != 0) {
      throw new IllegalStateException("the self-test attacks a running broker; fix: keymantle up");
    }
    Path workspace = Files.createTempDirectory("keymantle-selftest");
    Map<String, String> shapes = new TreeMap<>(encodings.echoes());
    try (EchoService echo = new EchoService(canary, shapes)) {
      try {
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
        positiveControl(encodings, canary);
        replies(echo, shapes, name, workspace, encodings);
        wrongPlaces(echo, name, workspace, encodings);
        commands(name, encodings);
        files(status, encodings);
        processes(encodings);
      } finally {
        keymantle.run("grant", "revoke", "--agent", name);
        keymantle.run("agent", "revoke", name);
        keymantle.run("credential", "remove", name);
        delete(workspace);
      }
    }
    return print();
  }

  /// A search that finds nothing proves something only when it finds what is there.
  private void positiveControl(Encodings encodings, String canary) {
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
  }

  private void replies(
      EchoService echo,
      Map<String, String> shapes,
      String name,
      Path workspace,
      Encodings encodings)
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
    verdicts.put("environment of the agent", leak(encodings, parts[0]));
    for (int i = 0; i < paths.size(); i++) {
      String reply = i + 1 < parts.length ? parts[i + 1] : "";
      verdicts.put(
          "reply: " + paths.get(i),
          reply.contains(" 200 ")
              ? leak(encodings, reply)
              : Optional.of("no reply: " + Judge.shorten(reply + result.errors(), 80)));
    }
    verdicts.put(
        "the service received the real value",
        echo.received() == paths.size()
            ? Optional.empty()
            : Optional.of(echo.received() + " of " + paths.size() + " times"));
  }

  private void wrongPlaces(EchoService echo, String name, Path workspace, Encodings encodings)
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
        refused ? leak(encodings, result.all()) : Optional.of("it was not refused"));
  }

  private void commands(String name, Encodings encodings) throws IOException {
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
              ? leak(encodings, result.all())
              : Optional.of("it failed: " + Judge.shorten(result.errors(), 80)));
    }
  }

  /// Everything that lies in the home, as bytes: database, ledger, logs.
  private void files(KeymantleCommand.Result status, Encodings encodings) throws IOException {
    Path home =
        status
            .output()
            .lines()
            .filter(line -> line.startsWith("home"))
            .map(line -> Path.of(line.substring(4).strip()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("status does not name the home"));
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.size(file) <= LARGEST_SEARCHED_FILE) {
          encodings
              .foundIn(Files.readString(file, StandardCharsets.ISO_8859_1))
              .ifPresent(form -> found.add(home.relativize(file) + " (" + form + ")"));
        }
      }
    }
    verdicts.put(
        "files of the home",
        found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found)));
  }

  /// Arguments and environments of every process that this user can see, but this one.
  private void processes(Encodings encodings) throws IOException {
    List<String> found = new ArrayList<>();
    String self = Long.toString(ProcessHandle.current().pid());
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(path -> String.valueOf(path.getFileName()).matches("\\d+")).toList()) {
        if (String.valueOf(process.getFileName()).equals(self)) {
          continue;
        }
        for (String part : List.of("cmdline", "environ")) {
          try {
            encodings
                .foundIn(Files.readString(process.resolve(part), StandardCharsets.ISO_8859_1))
                .ifPresent(form -> found.add(process + "/" + part));
          } catch (IOException e) {
            // Another user's process, or one that has ended: an agent cannot read it either.
          }
        }
      }
    }
    verdicts.put(
        "arguments and environments of processes",
        found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found)));
  }

  private static Optional<String> leak(Encodings encodings, String seen) {
    return encodings.foundIn(seen).map(form -> "the value is there (" + form + ")");
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

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
