package io.keymantle.demo;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// A bare repository that is served over git's smart HTTP protocol by git's own `http-backend`
/// (CGI, RFC 3875).
public record GitRepository(Path parent) {

  /// Makes `site.git` with one commit below the folder.
  public static GitRepository create(Path parent) throws IOException {
    Path work = parent.resolve("work");
    run(parent, "git", "init", "-q", "--bare", "site.git");
    run(parent, "git", "-C", "site.git", "config", "http.receivepack", "true");
    run(parent, "git", "init", "-q", "-b", "main", work.toString());
    run(
        work,
        "git",
        "-c",
        "user.name=Demo",
        "-c",
        "user.email=demo@demo.test",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "First");
    run(work, "git", "push", "-q", parent.resolve("site.git").toString(), "main");
    run(parent, "git", "-C", "site.git", "symbolic-ref", "HEAD", "refs/heads/main");
    return new GitRepository(parent);
  }

  /// Answers one request for a path below `/site.git`.
  public void serve(HttpExchange exchange, byte[] body) throws IOException {
    ProcessBuilder backend = new ProcessBuilder("git", "http-backend");
    String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
    String query = exchange.getRequestURI().getRawQuery();
    String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    backend
        .environment()
        .putAll(
            Map.of(
                "GIT_PROJECT_ROOT",
                parent.toString(),
                "GIT_HTTP_EXPORT_ALL",
                "1",
                "REMOTE_USER",
                "demo",
                "REQUEST_METHOD",
                exchange.getRequestMethod(),
                "PATH_INFO",
                exchange.getRequestURI().getPath(),
                "QUERY_STRING",
                query == null ? "" : query,
                "CONTENT_TYPE",
                contentType == null ? "" : contentType,
                "HTTP_CONTENT_ENCODING",
                encoding == null ? "" : encoding,
                "CONTENT_LENGTH",
                String.valueOf(body.length)));
    Process process = backend.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var input = process.getOutputStream()) {
      input.write(body);
    }
    byte[] reply = process.getInputStream().readAllBytes();
    String text = new String(reply, StandardCharsets.ISO_8859_1);
    int headEnd = text.indexOf("\r\n\r\n");
    int status = 200;
    for (String line : text.substring(0, Math.max(0, headEnd)).split("\r\n")) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon);
      String value = line.substring(colon + 1).strip();
      if (name.equalsIgnoreCase("Status")) {
        status = Integer.parseInt(value.substring(0, 3));
      } else {
        exchange.getResponseHeaders().set(name, value);
      }
    }
    try (exchange) {
      exchange.sendResponseHeaders(status, 0);
      exchange.getResponseBody().write(reply, headEnd + 4, reply.length - headEnd - 4);
    }
  }

  private static void run(Path folder, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
