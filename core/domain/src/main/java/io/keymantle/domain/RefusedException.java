package io.keymantle.domain;

/// Carries a [Problem] to the face that shows it. It has no stack trace: a refusal is an answer,
/// not a defect. Never wrap it and never log it on the way; the face does either.
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public RefusedException(Problem problem) {
    super(problem.line(), null, false, false);
    this.problem = problem;
  }

  public static RefusedException of(ErrorCode code, String message, String fix) {
    return new RefusedException(new Problem(code, message, fix));
  }

  public static RefusedException about(
      CredentialName credential, ErrorCode code, String message, String fix) {
    return new RefusedException(Problem.about(credential, code, message, fix));
  }

  public Problem problem() {
    return problem;
  }
}
