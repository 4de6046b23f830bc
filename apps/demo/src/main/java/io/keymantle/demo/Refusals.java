package io.keymantle.demo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says why the broker refused something, in one line: from the answer that the agent saw, or from
/// the ledger where the agent's client does not show the answer, as curl does with a CONNECT.
record Refusals(KeymantleCommand keymantle) {
  private static final Pattern ANSWER =
      Pattern.compile("\"code\":\"([a-z_]+)\"[^}]*?\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern HIDDEN = Pattern.compile("CONNECT tunnel failed, response (\\d+)");
  private static final Pattern REFUSED =
      Pattern.compile("\"result\":\"refused\",\"code\":\"([a-z_]+)\"");

  /// The refusal that the agent met, or empty when it met none.
  Optional<String> of(String agentSaw) {
    Matcher answer = ANSWER.matcher(agentSaw);
    if (answer.find()) {
      return Optional.of(answer.group(1) + ": " + answer.group(2));
    }
    Matcher hidden = HIDDEN.matcher(agentSaw);
    return hidden.find() ? recorded(hidden.group(1)) : Optional.empty();
  }

  private Optional<String> recorded(String status) {
    // 407 comes before an agent is known; everything else here went to the thief.
    String mark = status.equals("407") ? "\"actor\":\"unknown\"" : DemoApi.THIEF;
    return keymantle
        .run("ledger", "tail", "--lines", "100", "--json")
        .output()
        .lines()
        .filter(line -> line.contains(mark))
        .map(REFUSED::matcher)
        .filter(Matcher::find)
        .map(entry -> entry.group(1) + ", says the ledger")
        .findFirst()
        .or(() -> Optional.of("the gateway answered the CONNECT with " + status));
  }
}
