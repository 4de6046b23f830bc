package io.keymantle.source.aws;

import io.keymantle.source.http.ProviderRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// AWS Signature Version 4 for one service in one region
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
record Signature(String region, String service) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String MAC = "HmacSHA256";
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /// The request with the headers that say who makes it, and when.
  ProviderRequest sign(ProviderRequest request, AwsCredentials credentials, Instant now) {
    String date = MOMENT.format(now);
    ProviderRequest dated = request.with("x-amz-date", date);
    Optional<String> token = credentials.token();
    ProviderRequest whole =
        token.isPresent() ? dated.with("x-amz-security-token", token.get()) : dated;
    List<String> headers = new ArrayList<>(whole.headers());
    headers.add("host");
    headers.add(host(request.uri()));
    Canonical canonical =
        Canonical.of(
            request.method(),
            Optional.ofNullable(request.uri().getRawPath()).orElse(""),
            Optional.ofNullable(request.uri().getRawQuery()).orElse(""),
            headers,
            request.body());
    return whole.with("authorization", authorization(canonical, credentials, date));
  }

  /// What the JDK's client sends as `Host`.
  private static String host(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    boolean named = uri.getPort() >= 0 && uri.getPort() != usual;
    return named ? uri.getHost() + ":" + uri.getPort() : uri.getHost();
  }

  /// @param date as in `x-amz-date`
  String authorization(Canonical canonical, AwsCredentials credentials, String date) {
    byte[] signature = mac(key(credentials.secretKey(), date), stringToSign(canonical, date));
    return ALGORITHM
        + " Credential="
        + credentials.accessKeyId()
        + "/"
        + scope(date)
        + ", SignedHeaders="
        + canonical.signedHeaders()
        + ", Signature="
        + HexFormat.of().formatHex(signature);
  }

  String stringToSign(Canonical canonical, String date) {
    return String.join(
        "\n",
        ALGORITHM,
        date,
        scope(date),
        hash(canonical.text().getBytes(StandardCharsets.UTF_8)));
  }

  private String scope(String date) {
    return date.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
  }

  /// The key of the day, which is good for nothing but this service in this region.
  private byte[] key(byte[] secretKey, String date) {
    byte[] first = new byte[4 + secretKey.length];
    System.arraycopy("AWS4".getBytes(StandardCharsets.US_ASCII), 0, first, 0, 4);
    System.arraycopy(secretKey, 0, first, 4, secretKey.length);
    byte[] key = first;
    for (String part : List.of(date.substring(0, 8), region, service, "aws4_request")) {
      key = mac(key, part);
    }
    return key;
  }

  /// Zeroes the key.
  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
