package io.keymantle.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.RefusedException;
import io.keymantle.gateway.HeadReader.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Odd requests from a seeded generator, read by our parser and by the one of Node.js: whatever the
/// two read differently is refused here, and what is forwarded is read there as it was judged.
final class DifferentialIT {
  private static final int REQUESTS = 4_000;
  private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
  private static final List<String> ODD_ENDS = List.of("\n", "\r", "\r\r\n", "\n\r");
  private static final List<String> LINES =
      List.of(
          "GET / HTTP/1.1",
          "POST /a?b HTTP/1.1",
          "POST /a?b HTTP/1.1",
          "PUT /a/../b HTTP/1.1",
          "DELETE http://a/x HTTP/1.1",
          "POST / HTTP/1.0",
          "POST  / HTTP/1.1",
          "POST /a b HTTP/1.1",
          "POST /\u00e4 HTTP/1.1",
          "POST /a#b HTTP/1.1",
          "POST /\tx HTTP/1.1",
          "post / HTTP/1.1",
          "POST / HTTP/1.2",
          "POST / HTTP/2.0",
          "POST /",
          " POST / HTTP/1.1");
  private static final List<String> FIELDS =
      List.of(
          "Content-Length: 5",
          "Content-Length: 5",
          "Content-Length: 05",
          "content-length:5\t",
          "Content-Length: 5, 5",
          "Content-Length: +5",
          "Content-Length: 5 5",
          "Content-Length: 0x5",
          "Content-Length:",
          "Content-Length : 5",
          "Content-Length\t: 5",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: Chunked",
          "Transfer-Encoding: xchunked",
          "Transfer-Encoding: chunked, identity",
          "Transfer-Encoding: identity, chunked",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: chunked,",
          "Transfer-Encoding:\u000bchunked",
          "Transfer-Encoding: chunked;a=b",
          "Transfer-Encoding:",
          "Transfer-Encoding : chunked",
          "X: y",
          "X:",
          "X: y\0z",
          "X: \u007f",
          "X: \u00e4",
          "X\u00e4: y",
          "X y: z",
          ": z",
          " folded: z",
          "\tfolded",
          "no colon",
          "Authorization: Bearer a",
          "Authorization: Bearer b",
          "Connection: close",
          "Connection: keep-alive",
          "Host: b",
          "Expect: 100-continue");
  private static final List<String> CHUNKS =
      List.of(
          "5\r\nhello\r\n0\r\n\r\n",
          "005\r\nhello\r\n0\r\nT: u\r\n\r\n",
          "5;a=b\r\nhello\r\n0\r\n\r\n",
          "5 \r\nhello\r\n0\r\n\r\n",
          "5\nhello\n0\n\n",
          "5\r\nhelloX\r\n0\r\n\r\n",
          "0x5\r\nhello\r\n0\r\n\r\n",
          "-5\r\nhello\r\n0\r\n\r\n",
          "10000000000000005\r\nhello\r\n0\r\n\r\n",
          "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n",
          "5\r\nhello\r\n0\r\nX : y\r\n\r\n",
          "5\r\nhello\r\n00\r\n\r\n");

  @TempDir Path folder;

  /// Mostly sound, with a body that mostly fits.
  private static String request(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(12) == 0 ? "\r\n" : "");
    text.append(pick(LINES, random)).append(end(random));
    if (random.nextInt(8) > 0) {
      text.append("Host: a").append(end(random));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(pick(FIELDS, random)).append(end(random));
    }
    text.append(end(random));
    boolean chunked = text.toString().toLowerCase(Locale.ROOT).contains("chunked");
    if (random.nextInt(10) == 0) {
      chunked = !chunked;
    }
    text.append(chunked ? pick(CHUNKS, random) : text.indexOf("ength") > 0 ? "hello" : "");
    if (random.nextInt(6) == 0) {
      text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
    }
    return text.toString();
  }

  private static String end(Random random) {
    return random.nextInt(30) == 0 ? pick(ODD_ENDS, random) : "\r\n";
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /// What our parser makes of a request: what goes on, and what is left for the next one.
  private record Reading(
      String method, List<String> fields, String body, String sent, String left) {}

  /// Null when it is refused, or goes on beyond the bytes.
  private static Reading read(String text) {
    ByteBuf in = Unpooled.copiedBuffer(text, ISO_8859_1);
    try {
      IncomingRequest request = new RequestParser(GatewayLimits.DEFAULT, true).read(in);
      if (request == null) {
        return null;
      }
      RequestHead head = request.head();
      PayloadReader payload = new PayloadReader(1000, 10);
      payload.start(head.framing());
      StringBuilder body = new StringBuilder();
      for (ByteBuf piece = payload.next(in); piece != null; piece = payload.next(in)) {
        body.append(piece.toString(ISO_8859_1));
      }
      if (!payload.isDone()) {
        return null;
      }
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < head.fields().size(); i++) {
        fields.add(head.fields().name(i) + ":" + head.fields().value(i));
      }
      ByteBuf out = Unpooled.buffer();
      head.writeTo(out);
      String sent = out.toString(ISO_8859_1) + body(head, body.toString());
      return new Reading(head.method(), fields, body.toString(), sent, in.toString(ISO_8859_1));
    } catch (RefusedException | Malformed refused) {
      return null;
    }
  }

  private static String body(RequestHead head, String body) {
    if (head.framing().kind() != Framing.Kind.CHUNKED) {
      return body;
    }
    return (body.isEmpty() ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n")
        + "0\r\n\r\n";
  }

  /// What Node.js makes of a request.
  private record Other(
      String error,
      boolean whole,
      String method,
      List<String> fields,
      String body,
      String targets) {
    static Other of(String line) {
      String[] parts = line.split("\t", -1);
      String fields = new String(Base64.getDecoder().decode(parts[2]), ISO_8859_1);
      return new Other(
          parts[0],
          parts[5].equals("whole"),
          parts[1],
          fields.isEmpty() ? List.of() : List.of(fields.split("\n")),
          new String(Base64.getDecoder().decode(parts[3]), ISO_8859_1),
          parts[4]);
    }
  }

  private List<Other> readByNode(List<String> requests) throws Exception {
    Path script = folder.resolve("read-requests.js");
    try (InputStream from = getClass().getResourceAsStream("read-requests.js")) {
      Files.copy(from, script);
    }
    Path lines =
        Files.write(
            folder.resolve("requests"),
            requests.stream()
                .map(each -> Base64.getEncoder().encodeToString(each.getBytes(ISO_8859_1)))
                .toList());
    Path answers = folder.resolve("answers");
    int status =
        new ProcessBuilder("node", "--no-deprecation", script.toString())
            .redirectInput(lines.toFile())
            .redirectOutput(answers.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    assertThat(status).isZero();
    List<Other> read = Files.readAllLines(answers, ISO_8859_1).stream().map(Other::of).toList();
    Files.delete(script);
    return read;
  }

  @Test
  void request_thatTwoParsersReadDifferently_isRefused() throws Exception {
    List<String> all = new ArrayList<>();
    for (int seed = 0; seed < REQUESTS; seed++) {
      all.add(request(new Random(seed)) + NEXT);
    }
    List<Other> others = readByNode(all);
    int agreed = 0;
    for (int i = 0; i < all.size(); i++) {
      Reading ours = read(all.get(i));
      Other other = others.get(i);
      if (ours != null && other.whole()) {
        agreed++;
        assertThat(other.method()).as(all.get(i)).isEqualTo(ours.method());
        assertThat(other.body()).as(all.get(i)).isEqualTo(ours.body());
      }
      if (ours != null && other.error().equals("-")) {
        assertThat(ours.left()).as(all.get(i)).isEqualTo(NEXT);
        assertThat(other.targets()).as(all.get(i)).endsWith(" /next");
      }
    }
    assertThat(agreed).as("requests that both read").isGreaterThan(REQUESTS / 20);
  }

  @Test
  void request_asItIsForwarded_isReadAsItWasJudged() throws Exception {
    List<Reading> readings = new ArrayList<>();
    for (int seed = 0; seed < REQUESTS; seed++) {
      Reading ours = read(request(new Random(seed)) + NEXT);
      // The engine adds the Host that a client of HTTP/1.0 left out; llhttp knows no methods but
      // its
      // own.
      if (ours != null
          && METHODS.contains(ours.method())
          && ours.fields().stream().anyMatch(each -> each.startsWith("host:"))) {
        readings.add(ours);
      }
    }
    List<Other> others = readByNode(readings.stream().map(each -> each.sent() + NEXT).toList());
    for (int i = 0; i < readings.size(); i++) {
      Reading ours = readings.get(i);
      Other other = others.get(i);
      assertThat(other.error()).as(ours.sent()).isEqualTo("-");
      assertThat(other.method()).as(ours.sent()).isEqualTo(ours.method());
      assertThat(other.body()).as(ours.sent()).isEqualTo(ours.body());
      assertThat(withoutFraming(other.fields())).as(ours.sent()).isEqualTo(ours.fields());
      assertThat(other.targets().split(" ")).as(ours.sent()).hasSize(2).endsWith("/next");
    }
    assertThat(readings).hasSizeGreaterThan(REQUESTS / 20);
  }

  private static List<String> withoutFraming(List<String> fields) {
    return fields.stream()
        .filter(each -> !each.startsWith("content-length:"))
        .filter(each -> !each.startsWith("transfer-encoding:"))
        .collect(Collectors.toList());
  }
}
