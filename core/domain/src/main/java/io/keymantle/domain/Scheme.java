package io.keymantle.domain;

import java.util.Locale;

/// How a destination is spoken to. `wss` and `ws` are the same destinations as `https` and `http`.
public enum Scheme {
  HTTPS(443),
  HTTP(80);

  private final int defaultPort;

  Scheme(int defaultPort) {
    this.defaultPort = defaultPort;
  }

  public int defaultPort() {
    return defaultPort;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
