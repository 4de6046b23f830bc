package io.keymantle.domain;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// When people must say yes before a credential is used, and what their yes takes.
///
/// @param factors what each of them proves beside their session; empty: the session is enough
/// @param required how many different people must say yes: 1 to 16
/// @param approvers who may; empty: every person whose role approves
/// @param breakGlass who may pass alone, with a reason, while everybody is told
/// @param excludesOwner the owner of the asking agent may not
/// @param when what it applies to
/// @param everyUse each use is asked for, rather than the grant; always so when [When#ofUse]
/// @param hold how long a boundary holds a request for the answer: up to 10 minutes
/// @param answerWithin how long the question stays open: 10 seconds to 24 hours
/// @param atMost the longest time that one yes may last; empty: as long as a grant of the
///   credential; zero: a yes is for once only
public record ApprovalRule(
    Set<Factor> factors,
    int required,
    Set<PersonName> approvers,
    Set<PersonName> breakGlass,
    boolean excludesOwner,
    When when,
    boolean everyUse,
    Duration hold,
    Duration answerWithin,
    Optional<Duration> atMost) {
  public static final Duration DEFAULT_HOLD = Duration.ofMinutes(2);
  public static final Duration DEFAULT_ANSWER_WITHIN = Duration.ofMinutes(15);

  private static final int MOST_REQUIRED = 16;
  private static final Duration LONGEST_HOLD = Duration.ofMinutes(10);
  private static final Duration SHORTEST_QUESTION = Duration.ofSeconds(10);
  private static final Duration LONGEST_QUESTION = Duration.ofHours(24);
  private static final Duration LONGEST_YES = Duration.ofDays(30);

  /// What a rule applies to: all of the parts that are not empty must fit.
  ///
  /// @param agents of these agents
  /// @param destinations uses at these peers, as in [Destination#toString], or of these commands
  /// @param methods uses with these methods
  /// @param paths uses at paths that one of these patterns matches
  public record When(
      Set<AgentName> agents,
      Set<String> destinations,
      Set<String> methods,
      List<PathPattern> paths) {
    /// Always.
    public static final When ALWAYS = new When(Set.of(), Set.of(), Set.of(), List.of());

    public When {
      agents = Collections.unmodifiableSet(new LinkedHashSet<>(agents));
      destinations = Collections.unmodifiableSet(new LinkedHashSet<>(destinations));
      methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
      paths = List.copyOf(paths);
    }

    /// Whether it speaks of single uses, which are not known when a grant is asked for.
    public boolean ofUse() {
      return !destinations.isEmpty() || !methods.isEmpty() || !paths.isEmpty();
    }

    public boolean concerns(AgentName agent) {
      return agents.isEmpty() || agents.contains(agent);
    }

    /// Whether it speaks of a use. What a service could take for the same path counts too: another
    /// letter case, a slash at the end, parameters of a segment. A rule that asks must not be gone
    /// around by a spelling; asking once too often harms less. Methods are upper-case already.
    public boolean concerns(AgentName agent, String destination, String method, String path) {
      return concerns(agent)
          && (destinations.isEmpty() || destinations.contains(destination))
          && (methods.isEmpty() || methods.contains(method))
          && (paths.isEmpty()
              || paths.stream()
                  .anyMatch(pattern ->
                      pattern.matches(path)
                          || new PathPattern(plain(pattern.text())).matches(plain(path))));
    }

    private static String plain(String path) {
      String bare = path.toLowerCase(Locale.ROOT).replaceAll(";[^/]*", "");
      return bare.length() > 1 && bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
    }
  }

  public ApprovalRule {
    factors = factors.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(factors));
    approvers = Collections.unmodifiableSet(new LinkedHashSet<>(approvers));
    breakGlass = Collections.unmodifiableSet(new LinkedHashSet<>(breakGlass));
    everyUse |= when.ofUse();
    if (required < 1 || required > MOST_REQUIRED) {
      throw refused("required is 1 to " + MOST_REQUIRED, "say how many people must say yes");
    }
    if (!approvers.isEmpty() && required > approvers.size()) {
      throw refused(
          "required is " + required + ", but only " + approvers.size() + " may say yes",
          "name more people in of, or require fewer");
    }
    if (hold.isNegative() || hold.compareTo(LONGEST_HOLD) > 0) {
      throw refused("wait is 0s to 10m", "use a duration such as 2m");
    }
    if (answerWithin.compareTo(SHORTEST_QUESTION) < 0
        || answerWithin.compareTo(LONGEST_QUESTION) > 0) {
      throw refused("answerWithin is 10s to 24h", "use a duration such as 15m");
    }
    if (atMost.filter(most -> most.isNegative() || most.compareTo(LONGEST_YES) > 0).isPresent()) {
      throw refused("atMost is 0s to 30d", "use a duration such as 15m");
    }
  }

  /// One yes by a person with a factor, before each grant: what `requireTotp` says.
  public static ApprovalRule of(Factor factor) {
    return new ApprovalRule(
        Set.of(factor),
        1,
        Set.of(),
        Set.of(),
        false,
        When.ALWAYS,
        false,
        DEFAULT_HOLD,
        DEFAULT_ANSWER_WITHIN,
        Optional.empty());
  }

  /// The same, asking for a further factor.
  public ApprovalRule with(Factor factor) {
    Set<Factor> more = EnumSet.of(factor);
    more.addAll(factors);
    return new ApprovalRule(
        more,
        required,
        approvers,
        breakGlass,
        excludesOwner,
        when,
        everyUse,
        hold,
        answerWithin,
        atMost);
  }

  private static RefusedException refused(String message, String fix) {
    return RefusedException.of(ErrorCode.INVALID_CONFIGURATION, message, fix);
  }
}
