package io.keymantle.exec;

import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CommandBinding.Delivery;
import io.keymantle.domain.RefusedException;
import io.keymantle.sandbox.Isolation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One run of the command boundary with real processes, written as a sentence.
final class Exec {
  static final String VALUE = "correct-horse-battery-9";

  private String value = VALUE;
  private String executable = "/usr/bin/printenv";
  private List<String> patterns = List.of("**");
  private Delivery delivery = new Delivery.EnvironmentVariable("DB_PASSWORD");
  private boolean trustsWorkdir;
  private Optional<Path> workdir = Optional.empty();
  private Set<String> passed = Set.of();
  private Duration timeLimit = Duration.ofSeconds(60);
  private long outputLimit = CommandBinding.DEFAULT_OUTPUT_LIMIT;
  private Map<String, String> environment = Map.of();
  private String stdin = "";
  private int atOnce = ExecSettings.DEFAULT_AT_ONCE;
  private Isolation isolation = Isolation.probe();
  private FakeBroker broker = new FakeBroker(VALUE);

  static Exec of(String executable, String... patterns) {
    Exec exec = new Exec();
    exec.executable = executable;
    exec.patterns = List.of(patterns);
    return exec;
  }

  Exec value(String text) {
    value = text;
    return this;
  }

  Exec deliveredBy(Delivery how) {
    delivery = how;
    return this;
  }

  Exec trustingWorkdir() {
    trustsWorkdir = true;
    return this;
  }

  Exec in(Path folder) {
    workdir = Optional.of(folder);
    return this;
  }

  Exec passing(String... names) {
    passed = Set.of(names);
    return this;
  }

  Exec with(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  Exec input(String text) {
    stdin = text;
    return this;
  }

  Exec atMost(Duration limit) {
    timeLimit = limit;
    return this;
  }

  Exec atMost(long bytes) {
    outputLimit = bytes;
    return this;
  }

  Exec atOnce(int commands) {
    atOnce = commands;
    return this;
  }

  Exec isolatedBy(Isolation other) {
    isolation = other;
    return this;
  }

  /// The broker of the last run.
  FakeBroker broker() {
    return broker;
  }

  Result run(String... command) throws InterruptedException {
    broker = new FakeBroker(value, binding());
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    CommandBoundary boundary =
        new CommandBoundary(
            broker,
            isolation,
            new ExecSettings(Path.of("/nonexistent"), Optional.empty(), Map.of(), Map.of(), atOnce),
            Clock.systemUTC());
    ExecRequest request =
        new ExecRequest(
            "kma_x",
            FakeBroker.TOKEN,
            List.of(command),
            environment,
            ByteBuffer.wrap(stdin.getBytes(StandardCharsets.UTF_8)));
    OutputListener listener =
        (stream, bytes) ->
            Channels.newChannel(
                    switch (stream) {
                      case STDOUT -> stdout;
                      case STDERR -> stderr;
                    })
                .write(bytes);
    int status = -1;
    Optional<RefusedException> refusal = Optional.empty();
    try {
      status = boundary.run(broker.session(), request, listener);
    } catch (RefusedException refused) {
      refusal = Optional.of(refused);
    }
    return new Result(
        status,
        stdout.toString(StandardCharsets.ISO_8859_1),
        stderr.toString(StandardCharsets.ISO_8859_1),
        refusal.map(refused -> refused.problem().code().text()).orElse(""),
        refusal.map(refused -> refused.problem().line()).orElse(""),
        broker);
  }

  private CommandBinding binding() {
    return new CommandBinding(
        Path.of(executable),
        patterns,
        delivery,
        trustsWorkdir,
        workdir,
        passed,
        timeLimit,
        outputLimit);
  }

  record Result(
      int status,
      String stdout,
      String stderr,
      String refusal,
      String explanation,
      FakeBroker broker) {}
}
