package io.keymantle.demo;

import java.util.List;

/// One thing that the demo's agent does: useful work, or an attempt to steal the value.
///
/// @param id short name, also the `User-Agent` by which the service tells the steps apart
/// @param title what a person reads
/// @param script shell commands of the agent; what they print is what the agent saw
/// @param expectation what must hold
record Step(String id, String title, String script, Expectation expectation) {

  /// What must hold beside the rule for every step: the value is nowhere in what the agent saw, in
  /// no encoding.
  sealed interface Expectation {
    /// The service received the real token and answered; the agent saw this text.
    record Works(String agentSees) implements Expectation {}

    /// The service received the real token; the reply came back with this mask.
    record Masked(String mask) implements Expectation {}

    /// Nothing reached any service with the real token; the refusal carried one of these codes.
    record Refused(List<String> codes) implements Expectation {}

    /// Nothing reached any service with the real token, and the attempt gave nothing.
    record Fruitless() implements Expectation {}
  }

  static Step works(String id, String title, String script, String agentSees) {
    return new Step(id, title, script, new Expectation.Works(agentSees));
  }

  static Step masked(String id, String title, String script) {
    return new Step(id, title, script, new Expectation.Masked("[redacted:demo-api]"));
  }

  static Step refused(String id, String title, String script, String... codes) {
    return new Step(id, title, script, new Expectation.Refused(List.of(codes)));
  }

  static Step fruitless(String id, String title, String script) {
    return new Step(id, title, script, new Expectation.Fruitless());
  }
}
