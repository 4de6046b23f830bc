package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.Zstd;
import io.keymantle.redaction.RedactionSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// One reply at a time through the filter, as the engine would do it.
final class ReplyFixture {
  static final String VALUE = "s3cret-Value-0123456789";

  final SubstitutionFixture broker = new SubstitutionFixture();
  final List<String> hits = new ArrayList<>();
  List<Substitution.Use> uses = List.of();
  RedactionSet values;
  final ReplyFilter.Factory filters = new ReplyFilters(broker, 10_000);

  ReplyFixture() {
    broker.grant("github-api", VALUE, SubstitutionFixture.on("query:unused"));
    values = broker.redactions(broker.session).toCompletableFuture().join();
  }

  /// An agent without any grant.
  void forgetValues() {
    broker.forgetValues();
    values = RedactionSet.EMPTY;
  }

  /// A head as the parser makes it: fields lie in the received bytes.
  static ReplyHead head(int status, String reason, String... fields) {
    StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " " + reason + "\r\n");
    int[][] places = new int[fields.length][];
    for (int i = 0; i < fields.length; i++) {
      int colon = fields[i].indexOf(": ");
      int start = text.length();
      places[i] = new int[] {start, colon, start + colon + 2, fields[i].length() - colon - 2};
      text.append(fields[i]).append("\r\n");
    }
    HeaderFields parsed = new HeaderFields(text.append("\r\n").toString().getBytes(ISO_8859_1));
    for (int[] place : places) {
      parsed.addReceived(place[0], place[1], place[2], place[3]);
    }
    return new ReplyHead(status, reason, parsed, Framing.CHUNKED);
  }

  ReplyFilter.Context context() {
    return new ReplyFilter.Context(
        broker.session,
        SubstitutionFixture.API,
        uses,
        values,
        (label, encoding) -> hits.add(label + "/" + encoding));
  }

  /// What the agent sees: head and body.
  record Seen(String head, String text) {
    String all() {
      return head + text;
    }
  }

  Seen reply(ReplyHead head, byte[] body, int pieceSize) {
    ReplyFilter filter = filters.filter(context(), head, true);
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    try {
      for (int at = 0; at < body.length; at += pieceSize) {
        int size = Math.min(pieceSize, body.length - at);
        ByteBuf piece = Unpooled.directBuffer(size).writeBytes(body, at, size);
        filter.piece(piece, safe -> take(safe, seen));
        if (piece.refCnt() != 0) {
          throw new AssertionError("a piece was not released");
        }
      }
      filter.finish(safe -> take(safe, seen)).toCompletableFuture().get();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } finally {
      filter.close();
    }
    ByteBuf out = Unpooled.buffer();
    head.writeTo(out);
    return new Seen(out.toString(ISO_8859_1), seen.toString(ISO_8859_1));
  }

  Seen reply(ReplyHead head, String body) {
    return reply(head, body.getBytes(ISO_8859_1), Integer.MAX_VALUE / 2);
  }

  private static void take(ByteBuf safe, ByteArrayOutputStream seen) {
    byte[] bytes = new byte[safe.readableBytes()];
    safe.readBytes(bytes);
    seen.writeBytes(bytes);
    safe.release();
  }

  static byte[] encoded(String coding, byte[] body) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      switch (coding) {
        case "gzip", "x-gzip" -> {
          try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
          }
        }
        case "gzip-members" -> {
          out.writeBytes(encoded("gzip", java.util.Arrays.copyOf(body, body.length / 2)));
          out.writeBytes(
              encoded("gzip", java.util.Arrays.copyOfRange(body, body.length / 2, body.length)));
        }
        case "deflate" -> {
          try (DeflaterOutputStream deflate = new DeflaterOutputStream(out)) {
            deflate.write(body);
          }
        }
        case "deflate-raw" -> {
          try (DeflaterOutputStream deflate =
              new DeflaterOutputStream(out, new Deflater(9, true))) {
            deflate.write(body);
          }
        }
        case "br" -> {
          Brotli4jLoader.ensureAvailability();
          out.writeBytes(Encoder.compress(body, new Encoder.Parameters().setQuality(3)));
        }
        case "zstd" -> out.writeBytes(Zstd.compress(body));
        case "zstd-frames" -> {
          out.writeBytes(Zstd.compress(java.util.Arrays.copyOf(body, body.length / 2)));
          out.writeBytes(
              Zstd.compress(java.util.Arrays.copyOfRange(body, body.length / 2, body.length)));
        }
        default -> out.writeBytes(body);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// The name under which an encoding of the fixture goes on the wire.
  static String wireName(String coding) {
    return coding.replaceAll("-(members|raw|frames)", "");
  }
}
