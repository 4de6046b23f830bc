package io.keymantle.domain;

/// What an agent holds for a grant: `kmt_` and 40 characters of `0-9 A-Z a-z` (238 random bits).
/// Worthless anywhere but at a boundary. Shown to agents as `<credential:github-api:kmt_…>`; the
/// bare form works where a tool wants a token-like string.
public record BrokerToken(String value) {
  /// What every broker token starts with.
  public static final String PREFIX = "kmt_";

  /// Characters of a whole token, prefix included.
  public static final int LENGTH = 44;

  /// @throws RefusedException with [ErrorCode#TOKEN_UNKNOWN] when the text does not have the form
  ///   of a token
  public BrokerToken {
    if (!isToken(value)) {
      throw RefusedException.of(
          ErrorCode.TOKEN_UNKNOWN,
          "this is not a broker token",
          "ask for one with: keymantle request CREDENTIAL");
    }
  }

  // On the gateway's hot path: a loop costs a tenth of a regular expression.
  private static boolean isToken(String text) {
    if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
      return false;
    }
    for (int i = PREFIX.length(); i < LENGTH; i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) {
        return false;
      }
    }
    return true;
  }

  /// Accepts the bare form and the form shown to agents.
  ///
  /// @throws RefusedException with [ErrorCode#TOKEN_UNKNOWN] when it is neither
  public static BrokerToken parse(String text) {
    String bare = text.strip();
    if (bare.startsWith("<credential:") && bare.endsWith(">")) {
      bare = bare.substring(bare.lastIndexOf(':') + 1, bare.length() - 1);
    }
    return new BrokerToken(bare);
  }

  /// The form that an agent sees.
  public String display(CredentialName credential) {
    return "<credential:" + credential + ":" + value + ">";
  }

  /// Hides the token: it is a bearer secret of the agent.
  @Override
  public String toString() {
    return "[broker token]";
  }
}
