package io.keymantle.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The other matcher, a child process that is told what to scan and answers how long it took.
final class RedactionPeer implements AutoCloseable {
  private final @Nullable Process process;
  private final Path folder;
  private final Path text;
  private final long length;

  private RedactionPeer(@Nullable Process process, Path folder, Path text, long length) {
    this.process = process;
    this.folder = folder;
    this.text = text;
    this.length = length;
  }

  /// Starts the program, if there is one, and waits until it has compiled the patterns.
  static RedactionPeer start(List<String> program, List<byte[]> patterns, byte[] text)
      throws IOException {
    Path folder = Files.createTempDirectory("redaction-bench");
    Path file = Files.write(folder.resolve("text"), text);
    if (program.isEmpty()) {
      return new RedactionPeer(null, folder, file, text.length);
    }
    Path patternFile = folder.resolve("patterns");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(patternFile)))) {
      for (byte[] each : patterns) {
        out.writeInt(each.length);
        out.write(each);
      }
    }
    Process process =
        new ProcessBuilder(program.getFirst(), patternFile.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    RedactionPeer peer = new RedactionPeer(process, folder, file, text.length);
    answer(process);
    return peer;
  }

  /// MB/s of one scan in pieces of so many bytes; 0 without a peer.
  double rate(int piece) throws IOException {
    if (process == null) {
      return 0;
    }
    Writer commands = process.outputWriter(US_ASCII);
    commands.write(piece + " " + text + "\n");
    commands.flush();
    double seconds = Double.parseDouble(answer(process).split(" ", 2)[0]);
    return length / seconds / 1e6;
  }

  private static String answer(Process process) throws IOException {
    BufferedReader answers = process.inputReader(US_ASCII);
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("failed to measure the peer: it ended, see its message above");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      process.destroy();
      Files.delete(folder.resolve("patterns"));
    }
    Files.delete(text);
    Files.delete(folder);
  }
}
