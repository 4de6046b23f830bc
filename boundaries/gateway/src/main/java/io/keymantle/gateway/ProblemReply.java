package io.keymantle.gateway;

import io.keymantle.domain.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A problem as an HTTP reply: `application/problem+json` (RFC 9457) with the members that every
/// face shows.
final class ProblemReply {
  private static final JsonFactory JSON = new JsonFactory();

  private ProblemReply() {}

  static ByteBuf body(Problem problem) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeNumberProperty("status", problem.code().httpStatus());
      json.writeStringProperty("code", problem.code().text());
      problem.credential().ifPresent(name -> json.writeStringProperty("credential", name.value()));
      problem.approval().ifPresent(id -> json.writeStringProperty("approval", id.value()));
      json.writeStringProperty("message", problem.message());
      json.writeStringProperty("fix", problem.fix());
      json.writeEndObject();
    }
    bytes.write('\n');
    return Unpooled.wrappedBuffer(bytes.toByteArray());
  }

  static ReplyHead head(Problem problem, ByteBuf body) {
    HeaderFields fields = new HeaderFields();
    fields.add("Content-Type", "application/problem+json");
    fields.add("Cache-Control", "no-store");
    switch (problem.code().httpStatus()) {
      case 407 -> fields.add("Proxy-Authenticate", "Basic realm=\"keymantle\"");
      case 429 -> fields.add("Retry-After", "1");
      default -> {}
    }
    return new ReplyHead(
        problem.code().httpStatus(),
        reason(problem.code().httpStatus()),
        fields,
        Framing.length(body.readableBytes()));
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 407 -> "Proxy Authentication Required";
      case 408 -> "Request Timeout";
      case 411 -> "Length Required";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Refused";
    };
  }
}
