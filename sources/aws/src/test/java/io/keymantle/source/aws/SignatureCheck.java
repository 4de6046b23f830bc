package io.keymantle.source.aws;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What AWS checks of a request that it gets
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html),
/// written apart from what signs: for requests to `/` without a query.
final class SignatureCheck {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, "
              + "SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

  /// Headers without whose signature somebody could change what a request means.
  private static final List<String> MUST_BE_SIGNED =
      List.of("host", "x-amz-date", "x-amz-target", "x-amz-security-token", "content-type");

  private SignatureCheck() {}

  /// The access key that signed; empty when the signature is none or wrong.
  ///
  /// @param keys secret keys by access key
  static Optional<String> signer(
      HttpExchange exchange, byte[] body, String region, String service, Map<String, String> keys)
      throws GeneralSecurityException {
    Matcher said =
        AUTHORIZATION.matcher(
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("authorization")).orElse(""));
    if (!said.matches() || !keys.containsKey(said.group(1))) {
      return Optional.empty();
    }
    List<String> signed = List.of(said.group(5).split(";"));
    boolean complete =
        MUST_BE_SIGNED.stream()
            .allMatch(
                name -> signed.contains(name) || !exchange.getRequestHeaders().containsKey(name));
    String date = exchange.getRequestHeaders().getFirst("x-amz-date");
    boolean fits =
        complete
            && signed.equals(signed.stream().sorted().toList())
            && date.startsWith(said.group(2))
            && said.group(3).equals(region)
            && said.group(4).equals(service);
    if (!fits) {
      return Optional.empty();
    }
    List<String> canonical = new ArrayList<>(List.of(exchange.getRequestMethod(), "/", ""));
    signed.forEach(
        name -> canonical.add(name + ":" + exchange.getRequestHeaders().getFirst(name).trim()));
    canonical.addAll(List.of("", said.group(5), sha256(body)));
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            date,
            said.group(2) + "/" + region + "/" + service + "/aws4_request",
            sha256(String.join("\n", canonical).getBytes(StandardCharsets.UTF_8)));
    byte[] key = ("AWS4" + keys.get(said.group(1))).getBytes(StandardCharsets.UTF_8);
    for (String part : List.of(said.group(2), region, service, "aws4_request")) {
      key = hmac(key, part);
    }
    boolean right = Arrays.equals(hmac(key, toSign), HexFormat.of().parseHex(said.group(6)));
    return right ? Optional.of(said.group(1)) : Optional.empty();
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
