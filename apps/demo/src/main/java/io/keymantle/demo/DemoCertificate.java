package io.keymantle.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// The service's certificate, made by the JDK's own `keytool`: self-signed, for both names of the
/// demo.
///
/// @param pem the certificate, as `--upstream-ca` takes it
public record DemoCertificate(SSLContext context, Path pem) {
  // The store lives for a minute in a 0700 folder; its password keeps nobody out and needs to keep
  // nobody out.
  private static final String PASSWORD = "demo-only";

  public static DemoCertificate create(Path folder, String... hosts) throws IOException {
    String names = Stream.of(hosts).map(host -> "dns:" + host).collect(Collectors.joining(","));
    Path store = folder.resolve("service.p12");
    Path pem = folder.resolve("service.pem");
    keytool(
        "-genkeypair",
        "-alias",
        "service",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-validity",
        "2",
        "-dname",
        "CN=Keymantle demo service",
        "-ext",
        "san=" + names,
        "-ext",
        "bc=ca:true",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "service",
        "-file",
        pem.toString(),
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return new DemoCertificate(context, pem);
    } catch (GeneralSecurityException e) {
      throw new IOException("the demo's certificate could not be made", e);
    }
  }

  private static void keytool(String... arguments) throws IOException {
    java.util.List<String> command = new java.util.ArrayList<>();
    command.add(
        Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "keytool")
            .toString());
    command.addAll(java.util.List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool failed: " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
