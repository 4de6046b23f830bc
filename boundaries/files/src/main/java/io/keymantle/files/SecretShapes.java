package io.keymantle.files;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Secrets that are known by their look, wherever they stand. No expression backtracks: each is
/// linear in the text.
final class SecretShapes {
  private static final List<Shape> SHAPES =
      List.of(
          shape(
              "a private key (PEM)",
              "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z0-9"
                  + " ]{0,40}PRIVATE KEY-----|\\z)"),
          shape("a GitHub token", "\\bgh[pousr]_[A-Za-z0-9]{20,}|\\bgithub_pat_[A-Za-z0-9_]{20,}"),
          shape("a GitLab token", "\\bgl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_.-]{16,}"),
          shape("a Slack token", "\\bxox[a-z]-[A-Za-z0-9-]{10,}|\\bxapp-[A-Za-z0-9-]{10,}"),
          shape(
              "a webhook address",
              "https://hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{10,}|https://(?:[a-z]+\\.)?discord(?:app)?\\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{20,}"),
          shape("an AWS access key", "\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b"),
          shape("a Google API key", "\\bAIza[A-Za-z0-9_-]{30,}|\\bya29\\.[A-Za-z0-9_-]{20,}"),
          shape(
              "a Stripe key",
              "\\b[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|\\bwhsec_[A-Za-z0-9+/=]{16,}"),
          shape(
              "an API key of a model provider",
              "\\bsk-[A-Za-z0-9_-]{16,}|\\b(?:gsk|hf|r8|nvapi|xai|pplx|tvly|fc|jina)[_-][A-Za-z0-9_-]{20,}"),
          shape("a package registry token", "\\bnpm_[A-Za-z0-9]{30,}|\\bpypi-[A-Za-z0-9_-]{40,}"),
          shape("a SendGrid key", "\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}"),
          shape("an age key", "\\bAGE-SECRET-KEY-1[A-Z0-9]{40,}"),
          shape("a Telegram bot token", "(?<![0-9])[0-9]{6,12}:[A-Za-z0-9_-]{30,}"),
          shape(
              "a Discord bot token",
              "\\b[MNO][A-Za-z0-9_-]{22,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,}"),
          shape(
              "a JSON Web Token",
              "\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}"),
          shape(
              "an authorization header",
              "\\b(?i:bearer|basic)\\s+(?=\\S{0,200}?[0-9])([A-Za-z0-9._~+/=-]{12,})"));

  private SecretShapes() {}

  /// The first secret in a text.
  static Optional<SecretPart> in(String text) {
    for (Shape shape : SHAPES) {
      Matcher found = shape.pattern().matcher(text);
      if (found.find()) {
        int group = found.groupCount() > 0 ? 1 : 0;
        return Optional.of(
            new SecretPart(found.start(group), found.end(group), "looks like " + shape.name()));
      }
    }
    return Optional.empty();
  }

  private static Shape shape(String name, String expression) {
    return new Shape(name, Pattern.compile(expression));
  }

  private record Shape(String name, Pattern pattern) {}
}
