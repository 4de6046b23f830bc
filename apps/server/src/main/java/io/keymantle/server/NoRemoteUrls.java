package io.keymantle.server;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.net.URLStreamHandlerFactory;
import org.jspecify.annotations.Nullable;

/// Keeps [URL] from the network: this process reaches others through its boundaries only.
///
/// It also answers for `http` before the JDK looks through every jar for handlers of it, as it does
/// when cryptography is first used: a tenth of the time that a broker takes to start.
final class NoRemoteUrls implements URLStreamHandlerFactory {
  @Override
  public @Nullable URLStreamHandler createURLStreamHandler(String protocol) {
    return switch (protocol) {
      case "http", "https", "ftp" -> new Refusing();
      default -> null;
    };
  }

  private static final class Refusing extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      throw new IOException("no URL is opened in this process");
    }
  }
}
