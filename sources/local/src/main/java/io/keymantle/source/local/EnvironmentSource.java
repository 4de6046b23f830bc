package io.keymantle.source.local;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/// `env:NAME`: a variable of the broker's environment at its start.
///
/// Not guaranteed: that the value is nowhere else in memory. An environment is text for as long as
/// its process lives; every other source is better.
public final class EnvironmentSource implements SecretSource {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

  private final Map<String, String> environment;

  /// @param environment the broker's, as it was at the start
  public EnvironmentSource(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public String scheme() {
    return "env";
  }

  @Override
  public void check(SourceReference reference) {
    if (!NAME.matcher(reference.locator()).matches()) {
      throw SourceErrors.malformed(
          "an env source names one variable", "write env:NAME, such as env:GITHUB_TOKEN");
    }
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    check(reference);
    String name = reference.locator();
    String value = environment.get(name);
    if (value == null) {
      throw SourceErrors.notFound(
          "the broker's environment has no variable " + name,
          "set " + name + " where the broker is started, then keymantle down and keymantle up");
    }
    return SourceErrors.value(
        credential, value.getBytes(StandardCharsets.UTF_8), "the variable " + name);
  }
}
