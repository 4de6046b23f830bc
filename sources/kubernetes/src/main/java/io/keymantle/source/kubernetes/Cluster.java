package io.keymantle.source.kubernetes;

import io.keymantle.source.spi.SourceException;
import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;

/// An API server, and as whom it is asked.
///
/// @param tls whom to trust, and the certificate to log in with; empty for the system's authorities
/// @param serverName what the server's certificate has, where its address says another
/// @param namespace where names are listed when they cannot be listed everywhere; may be empty
record Cluster(
    URI address,
    Optional<SSLContext> tls,
    Optional<SNIHostName> serverName,
    Bearer bearer,
    String namespace) {
  /// The token that a request is sent with.
  interface Bearer {
    /// Read anew for each request, since tokens are exchanged under a running program. The caller
    /// zeroes it.
    ///
    /// @return empty to log in by certificate alone
    Optional<byte[]> token() throws SourceException;
  }

  @Override
  public String toString() {
    return "[cluster at " + address + "]";
  }
}
