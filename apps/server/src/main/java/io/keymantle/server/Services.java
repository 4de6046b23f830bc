package io.keymantle.server;

import io.keymantle.api.ExecPort;
import io.keymantle.api.OpenClawPort;
import io.keymantle.api.RedactionPort;
import io.keymantle.control.Actor;
import io.keymantle.control.ImportOffer;
import io.keymantle.control.ImportTerms;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.ConfigurationProtection;
import io.keymantle.domain.OpenedConfiguration;
import io.keymantle.exec.ExecRequest;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.AgentSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// What the API asks of rooms that it must not see: the command boundary, redaction, and the editor
/// of openclaw.json.
final class Services implements ExecPort, RedactionPort, OpenClawPort {
  private static final int PIECE = 64 * 1024;

  private final Supplier<OpenHome> home;
  private final Path gatewayFolder;

  /// @param home refuses while it is sealed
  /// @param gatewayFolder where commands find the gateway's socket
  Services(Supplier<OpenHome> home, Path gatewayFolder) {
    this.home = home;
    this.gatewayFolder = gatewayFolder;
  }

  @Override
  public int run(Call call, Output output) throws IOException {
    OpenHome opened = home.get();
    AgentSession session = opened.redeemer().authenticate(call.agentToken());
    ExecRequest request =
        new ExecRequest(
            call.agentToken(),
            call.brokerToken(),
            call.command(),
            call.environment(),
            call.stdin());
    try {
      return opened
          .commands(gatewayFolder)
          .run(session, request, (stream, bytes) -> output.output(stream.toString(), bytes));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void forAgent(String agentToken, InputStream in, OutputStream out) throws IOException {
    OpenHome opened = home.get();
    AgentSession session = opened.redeemer().authenticate(agentToken);
    try {
      redact(opened.redeemer().redactions(session).toCompletableFuture().join(), in, out);
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  @Override
  public void forPerson(InputStream in, OutputStream out) throws IOException {
    OpenHome opened = home.get();
    redact(opened.redeemer().redactionsOf(opened.control().catalogue().list()), in, out);
  }

  @Override
  public OpenedConfiguration open(Path file) {
    return home.get().editor().open(file);
  }

  @Override
  public ConfigurationChange save(Actor.Person person, Path file, String base, String text) {
    return home.get().editor().save(person, file, base, text);
  }

  @Override
  public ConfigurationChange protect(
      Actor.Person person, Path file, String base, ConfigurationProtection secret) {
    return home.get().editor().protect(person, file, base, secret);
  }

  @Override
  public List<ImportOffer> offers(Path file, ImportTerms terms) {
    return home.get().editor().offers(file, terms);
  }

  private static void redact(RedactionSet values, InputStream in, OutputStream out)
      throws IOException {
    WritableByteChannel channel = Channels.newChannel(out);
    Redactor redactor = values.newRedactor();
    Redactor.Sink sink = (bytes, _) -> write(channel, bytes);
    byte[] piece = new byte[PIECE];
    try {
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        redactor.update(ByteBuffer.wrap(piece, 0, length), sink);
        out.flush();
      }
      redactor.finish(sink);
      out.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(WritableByteChannel channel, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
