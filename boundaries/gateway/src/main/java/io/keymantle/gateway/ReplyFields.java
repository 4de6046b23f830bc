package io.keymantle.gateway;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Takes secret values out of the head and the trailers of a reply.
final class ReplyFields {
  private static final Redactor.Sink NOWHERE = (bytes, fromInput) -> {};

  private ReplyFields() {}

  /// Redacts reason and fields in place. The redactor is idle before and after.
  static void redact(ReplyHead head, Redactor redactor, ReplyFilter.Hit hit) {
    if (!head.reason().isEmpty()
        && !HttpResponseStatus.valueOf(head.status()).reasonPhrase().equals(head.reason())) {
      byte[] reason = head.reason().getBytes(StandardCharsets.ISO_8859_1);
      byte[] masked = masked(reason, 0, reason.length, redactor, hit);
      if (masked != null) {
        head.reason(new String(masked, StandardCharsets.ISO_8859_1));
      }
    }
    redact(head.fields(), redactor, hit);
  }

  /// Redacts names and values in place: a field whose name holds a value is dropped.
  static void redact(HeaderFields fields, Redactor redactor, ReplyFilter.Hit hit) {
    if (isClean(fields, redactor)) {
      return;
    }
    for (int i = 0; i < fields.size(); ) {
      byte[] array = fields.valueArray(i);
      if (masked(array, fields.nameStart(i), fields.nameLength(i), redactor, hit) != null) {
        fields.remove(i);
        continue;
      }
      byte[] masked = masked(array, fields.valueStart(i), fields.valueLength(i), redactor, hit);
      if (masked != null) {
        fields.setValue(i, masked);
      }
      i++;
    }
  }

  /// One pass over all fields: they lie one behind the other in the received head, names too. What
  /// was added since comes from the gateway itself.
  @SuppressWarnings("ReferenceEquality") // whether it is the array that was just read
  private static boolean isClean(HeaderFields fields, Redactor redactor) {
    long before = redactor.hits();
    byte[] last = new byte[0];
    for (int i = 0; i < fields.size(); i++) {
      byte[] array = fields.valueArray(i);
      if (array != last) {
        last = array;
        redactor.update(ByteBuffer.wrap(array), NOWHERE);
        redactor.finish(NOWHERE);
      }
    }
    return redactor.hits() == before;
  }

  /// Null when nothing was found.
  private static byte @Nullable [] masked(
      byte[] array, int start, int length, Redactor redactor, ReplyFilter.Hit hit) {
    long before = redactor.hits();
    ByteBuf safe = Unpooled.buffer(length + 16);
    Redactor.Sink sink = into(safe, hit);
    redactor.update(ByteBuffer.wrap(array, start, length), sink);
    redactor.finish(sink);
    return redactor.hits() == before ? null : ByteBufUtil.getBytes(safe);
  }

  /// Redacts a whole text.
  static void redact(ByteBuffer text, RedactionSet values, ReplyFilter.Hit hit, ByteBuf out) {
    Redactor redactor = values.newRedactor();
    Redactor.Sink sink = into(out, hit);
    redactor.update(text, sink);
    redactor.finish(sink);
  }

  /// Copies what is safe into a buffer.
  static Redactor.Sink into(ByteBuf out, ReplyFilter.Hit hit) {
    return new Redactor.Sink() {
      @Override
      public void accept(ByteBuffer bytes, boolean fromInput) {
        out.writeBytes(bytes);
      }

      @Override
      public void hit(String label, String encoding) {
        hit.masked(label, encoding);
      }
    };
  }

  /// Drops what describes the body as it was before decoding or masking, and no longer holds.
  static void dropValidators(HeaderFields fields, boolean decoded) {
    fields.removeAll("content-md5");
    fields.removeAll("digest");
    fields.removeAll("content-digest");
    fields.removeAll("repr-digest");
    fields.removeAll("accept-ranges");
    if (!decoded) {
      return;
    }
    fields.removeAll("content-encoding");
    int tag = fields.find("etag");
    if (tag >= 0 && fields.value(tag).startsWith("\"")) {
      // The same entity in another representation (RFC 9110 section 8.8.1).
      fields.set("etag", "W/" + fields.value(tag));
    }
  }
}
