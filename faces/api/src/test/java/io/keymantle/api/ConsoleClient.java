package io.keymantle.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A browser at the console, or what passes itself off as one: every header is the test's.
record ConsoleClient(int port, Map<String, String> headers) {

  /// What the console's own page sends.
  static ConsoleClient own(TestApi api) {
    int port = api.consolePort();
    String host = "localhost:" + port;
    return new ConsoleClient(
        port, Map.of("Host", host, "Origin", "http://" + host, "Sec-Fetch-Site", "same-origin"));
  }

  ConsoleClient with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ConsoleClient(port, more);
  }

  ConsoleClient without(String name) {
    Map<String, String> fewer = new LinkedHashMap<>(headers);
    fewer.remove(name);
    return new ConsoleClient(port, fewer);
  }

  /// With both halves of a session of the owner.
  ConsoleClient signedIn() throws IOException {
    String answer = post("/v1/sessions", "{\"passphrase\":\"" + TestApi.PASSPHRASE + "\"}");
    return with("Cookie", "__Host-keymantle=" + found("__Host-keymantle=(kms_\\w+);", answer))
        .with("X-Keymantle-Csrf", found("\"csrf\":\"([^\"]+)\"", answer));
  }

  private static String found(String pattern, String answer) {
    Matcher matcher = Pattern.compile(pattern).matcher(answer);
    if (!matcher.find()) {
      throw new AssertionError(answer);
    }
    return matcher.group(1);
  }

  String get(String path) throws IOException {
    return call("GET", path, "");
  }

  String post(String path, String json) throws IOException {
    return with("Content-Type", "application/json").call("POST", path, json);
  }

  /// The whole answer, head and body.
  String call(String method, String path, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      write(socket, method, path, body);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  void write(Socket socket, String method, String path, String body) throws IOException {
    StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
