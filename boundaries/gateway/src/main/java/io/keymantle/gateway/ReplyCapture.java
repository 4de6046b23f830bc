package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Holds a reply that grants new secrets until each of them has become a credential of its own, and
/// lets the agent see their broker tokens instead. Everything else in the reply is redacted as
/// ever, of the new secrets too. Whatever goes wrong, the reply is refused.
final class ReplyCapture implements ReplyFilter {
  private static final Hit NO_HIT = (label, encoding) -> {};

  private final Redeemer redeemer;
  private final Context context;
  private final ReplyHead head;
  private final List<Substitution.Use> capturing;
  private final @Nullable ContentDecoder decoder;
  private final boolean json;
  private final int limit;
  private final SubstitutionBuffer body = new SubstitutionBuffer(1024);

  /// @param limit bytes of the decoded body
  ReplyCapture(
      Redeemer redeemer,
      Context context,
      ReplyHead head,
      List<Substitution.Use> capturing,
      Optional<ContentCoding> coding,
      int limit) {
    this.redeemer = redeemer;
    this.context = context;
    this.head = head;
    this.capturing = capturing;
    this.decoder = coding.isPresent() ? coding.get().decoder() : null;
    this.json = BodyKind.ofType(head.fields().value("content-type")) == BodyKind.JSON;
    this.limit = limit;
  }

  /// A field that becomes a broker token.
  private record Captured(BodyJson.Field field, Substitution.Use use) {}

  @Override
  public boolean passesBody() {
    return false;
  }

  @Override
  public boolean holdsBody() {
    return true;
  }

  @Override
  public void piece(ByteBuf piece, Consumer<ByteBuf> out) {
    try {
      for (ByteBuffer bytes : piece.nioBuffers()) {
        if (decoder == null) {
          hold(bytes);
        } else {
          decoder.decode(bytes, this::hold);
        }
      }
    } finally {
      piece.release();
    }
  }

  private void hold(ByteBuffer decoded) {
    if (body.length() + decoded.remaining() > limit) {
      throw RefusedException.of(
          ErrorCode.REPLY_TOO_LARGE,
          "the reply is longer than the " + limit + " bytes from which secrets are captured",
          "narrow the paths of the binding that captures");
    }
    byte[] bytes = new byte[decoded.remaining()];
    decoded.get(bytes);
    body.put(bytes);
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public void trailers(HeaderFields trailers) {
    // Nothing may tell of the secrets that this reply grants.
    while (trailers.size() > 0) {
      trailers.remove(0);
    }
  }

  @Override
  public CompletionStage<Void> finish(Consumer<ByteBuf> out) {
    byte[] bytes = body.toArray();
    body.close();
    try {
      if (decoder != null) {
        decoder.finish();
      }
      if (bytes.length == 0) {
        return CompletableFuture.completedFuture(null);
      }
      List<Captured> captured = captured(bytes);
      List<SecretBytes> values = new ArrayList<>();
      List<CompletableFuture<String>> tokens = new ArrayList<>();
      for (Captured each : captured) {
        SecretBytes value = SecretBytes.adopt("captured", BodyJson.text(bytes, each.field));
        values.add(value.copy());
        tokens.add(
            redeemer
                .capture(context.session(), each.use.grant(), each.field.pointer(), value)
                .toCompletableFuture());
      }
      return CompletableFuture.allOf(tokens.toArray(CompletableFuture[]::new))
          .thenCompose(nothing -> redeemer.redactions(context.session()))
          .thenAccept(latest -> write(bytes, captured, tokens, values, latest, out))
          .whenComplete((nothing, failure) -> {
            Arrays.fill(bytes, (byte) 0);
            values.forEach(SecretBytes::close);
          });
    } catch (RefusedException refused) {
      Arrays.fill(bytes, (byte) 0);
      return CompletableFuture.failedFuture(refused);
    }
  }

  private List<Captured> captured(byte[] bytes) {
    if (!json) {
      throw unreadable("it is not JSON");
    }
    List<Captured> captured = new ArrayList<>();
    for (Substitution.Use use : capturing) {
      for (BodyJson.Field field :
          BodyJson.fields(bytes, use.binding().capture(), ReplyCapture::unreadable)) {
        boolean known = captured.stream().anyMatch(each -> each.field.equals(field));
        switch (field.kind()) {
          case STRING -> {
            if (!known && field.end() - field.start() > 2) {
              captured.add(new Captured(field, use));
            }
          }
          case NUMBER, STRUCTURE -> throw unreadable("a field to capture is not text");
          case CONSTANT, MISSING, MISSING_IN_EMPTY -> {}
        }
      }
    }
    captured.sort(java.util.Comparator.comparingInt(each -> each.field.start()));
    return captured;
  }

  private void write(
      byte[] bytes,
      List<Captured> captured,
      List<CompletableFuture<String>> tokens,
      List<SecretBytes> values,
      RedactionSet latest,
      Consumer<ByteBuf> out) {
    RedactionSet fresh = RedactionSet.compile(Map.of("captured", values));
    ReplyFields.redact(head, fresh.newRedactor(), context.hit());
    ByteBuf masked = Unpooled.buffer(bytes.length + 64);
    int done = 0;
    for (int i = 0; i < captured.size(); i++) {
      BodyJson.Field field = captured.get(i).field;
      ReplyFields.redact(ByteBuffer.wrap(bytes, done, field.start() - done), fresh, NO_HIT, masked);
      masked.writeByte('"');
      masked.writeCharSequence(tokens.get(i).join(), StandardCharsets.US_ASCII);
      masked.writeByte('"');
      done = field.end();
    }
    ReplyFields.redact(ByteBuffer.wrap(bytes, done, bytes.length - done), fresh, NO_HIT, masked);
    ByteBuf whole = Unpooled.buffer(masked.readableBytes() + 64);
    ReplyFields.redact(masked.nioBuffer(), latest, context.hit(), whole);
    out.accept(whole);
  }

  private static RefusedException unreadable(String why) {
    return RefusedException.of(
        ErrorCode.REPLY_UNREADABLE,
        "the secrets that the reply grants cannot be captured: " + why,
        "check the capture fields of the binding against what the service answers");
  }

  @Override
  public void close() {
    body.close();
    if (decoder != null) {
      decoder.close();
    }
  }
}
