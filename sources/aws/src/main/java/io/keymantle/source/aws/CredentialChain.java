package io.keymantle.source.aws;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Where the broker's own credentials at AWS are looked for: in the source's settings, then in
/// AWS's order of environment, web identity, profile, container, instance
/// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html). The first place
/// that is set up counts, also when it then fails.
final class CredentialChain implements KeptCredentials.Origin {
  /// Profiles that name each other as their source.
  private static final int MOST_PROFILES = 5;

  private final SourceSettings settings;
  private final Profiles profiles;
  private final Sts sts;
  private final Metadata metadata;

  CredentialChain(SourceSettings settings, Profiles profiles, Sts sts, Metadata metadata) {
    this.settings = settings;
    this.profiles = profiles;
    this.sts = sts;
    this.metadata = metadata;
  }

  @Override
  public AwsCredentials find() throws SourceException {
    AwsCredentials found = own();
    Optional<String> role = settings.text("role");
    return role.isEmpty()
        ? found
        : sts.assume(
            new Sts.Role(role.get(), session(Optional.empty()), settings.text("external-id")),
            found);
  }

  private AwsCredentials own() throws SourceException {
    if (settings.text("access-key-id").isPresent()) {
      return ofSettings(settings.text("access-key-id").get());
    }
    if (settings.text("profile").isPresent()) {
      return ofProfile(profiles.name(), MOST_PROFILES);
    }
    Optional<AwsCredentials> found = ofEnvironment();
    if (found.isEmpty()) {
      found = ofWebIdentity();
    }
    if (found.isEmpty() && isProfile(profiles.name())) {
      return ofProfile(profiles.name(), MOST_PROFILES);
    }
    if (found.isEmpty()) {
      found = metadata.ofContainer();
    }
    if (found.isEmpty()) {
      found = metadata.ofInstance();
    }
    return found.orElseThrow(() ->
        Sts.unauthenticated(
            "there are no AWS credentials: not in the settings of "
                + settings.scheme()
                + ", the environment, a web identity, a profile, a container or an instance",
            "keymantle source set "
                + settings.scheme()
                + " --setting profile=NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for"
                + " the broker"));
  }

  private AwsCredentials ofSettings(String id) throws SourceException {
    byte[] key =
        settings
            .login("secret-access-key")
            .orElseThrow(() ->
                Sts.unauthenticated(
                    settings.scheme() + " has an access-key-id without its secret-access-key",
                    "keymantle source set "
                        + settings.scheme()
                        + " --setting access-key-id=ID --login secret-access-key=CREDENTIAL"));
    return AwsCredentials.lasting(id, key, settings.login("session-token"));
  }

  private Optional<AwsCredentials> ofEnvironment() {
    Optional<String> id = settings.variable("AWS_ACCESS_KEY_ID");
    Optional<String> key = settings.variable("AWS_SECRET_ACCESS_KEY");
    if (id.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        AwsCredentials.lasting(
            id.get(),
            key.get().getBytes(StandardCharsets.UTF_8),
            settings
                .variable("AWS_SESSION_TOKEN")
                .map(token -> token.getBytes(StandardCharsets.UTF_8))));
  }

  private Optional<AwsCredentials> ofWebIdentity() throws SourceException {
    Optional<String> file = settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    Optional<String> role = settings.variable("AWS_ROLE_ARN");
    if (file.isEmpty() || role.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        sts.assume(
            new Sts.Role(role.get(), session(Optional.empty()), Optional.empty()),
            Path.of(file.get())));
  }

  private String session(Optional<String> named) {
    return named.or(() -> settings.variable("AWS_ROLE_SESSION_NAME")).orElse("keymantle");
  }

  private boolean isProfile(String name) {
    return has(name, "aws_access_key_id")
        || has(name, "role_arn")
        || has(name, "credential_process")
        || has(name, "sso_session")
        || has(name, "sso_start_url");
  }

  private boolean has(String profile, String key) {
    return profiles.text(profile, key).isPresent();
  }

  /// @param more how many further profiles it may lead to
  private AwsCredentials ofProfile(String name, int more) throws SourceException {
    if (more == 0) {
      throw Sts.unauthenticated(
          "the profiles of AWS lead to each other", "correct source_profile of " + name);
    }
    return has(name, "role_arn") ? roleOfProfile(name, more) : keysOfProfile(name);
  }

  private AwsCredentials keysOfProfile(String name) throws SourceException {
    Optional<String> id = profiles.text(name, "aws_access_key_id");
    Optional<byte[]> key = profiles.bytes(name, "aws_secret_access_key");
    if (id.isEmpty() || key.isEmpty()) {
      throw Sts.unauthenticated(
          "profile " + name + " of AWS has neither keys nor a role_arn",
          "correct ~/.aws; credential_process and sso are not read");
    }
    return AwsCredentials.lasting(id.get(), key.get(), profiles.bytes(name, "aws_session_token"));
  }

  private AwsCredentials roleOfProfile(String name, int more) throws SourceException {
    Sts.Role role =
        new Sts.Role(
            profiles.text(name, "role_arn").orElseThrow(),
            session(profiles.text(name, "role_session_name")),
            profiles.text(name, "external_id"));
    Optional<String> tokenFile = profiles.text(name, "web_identity_token_file");
    if (tokenFile.isPresent()) {
      return sts.assume(role, Path.of(tokenFile.get()));
    }
    Optional<String> source = profiles.text(name, "source_profile");
    if (source.isPresent()) {
      // A profile may name itself: its own keys are meant then.
      return sts.assume(
          role,
          source.get().equals(name) ? keysOfProfile(name) : ofProfile(source.get(), more - 1));
    }
    Optional<AwsCredentials> base =
        switch (profiles.text(name, "credential_source").orElse("")) {
          case "Environment" -> ofEnvironment();
          case "EcsContainer" -> metadata.ofContainer();
          case "Ec2InstanceMetadata" -> metadata.ofInstance();
          default -> Optional.empty();
        };
    return sts.assume(
        role,
        base.orElseThrow(() ->
            Sts.unauthenticated(
                "profile " + name + " of AWS has a role_arn and nothing to take it on with",
                "set its source_profile or credential_source")));
  }
}
