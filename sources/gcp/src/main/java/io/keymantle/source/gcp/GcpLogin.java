package io.keymantle.source.gcp;

import io.keymantle.source.http.AccessToken;
import io.keymantle.source.http.KeptToken;
import io.keymantle.source.http.LoginFile;
import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Where the broker's own credentials at Google are looked for: in the source's settings, then in
/// the order of Google's own clients: `GOOGLE_APPLICATION_CREDENTIALS`, gcloud's file, the metadata
/// server (https://cloud.google.com/docs/authentication/application-default-credentials). The first
/// place that is set up counts, also when it then fails. Files are read anew for each login.
///
/// Thread-safe.
final class GcpLogin implements KeptToken.Origin {
  private final SourceSettings settings;
  private final CredentialsLogin files;
  private final GcpMetadata metadata;

  /// What the last login said besides its token.
  private volatile Standing standing = new Standing(Optional.empty(), Optional.empty());

  private record Standing(Optional<String> project, Optional<String> quotaProject) {}

  GcpLogin(SourceSettings settings, Clock clock, Duration timeout) {
    this.settings = settings;
    ProviderClient client = new ProviderClient("Google's token service", settings.tls());
    this.files = new CredentialsLogin(GcpAddress.of(settings), client, clock, timeout);
    this.metadata = new GcpMetadata(settings, clock);
  }

  /// Which project a name without one is in; to be asked after a login.
  Optional<String> project() {
    return settings.text("project", "GOOGLE_CLOUD_PROJECT").or(() -> standing.project());
  }

  /// Which project pays, where that is not the one of the secret.
  Optional<String> quotaProject() {
    return settings
        .variable("GOOGLE_CLOUD_QUOTA_PROJECT")
        .or(() -> standing.quotaProject())
        .filter(text -> text.matches(GcpReference.PROJECT));
  }

  @Override
  public AccessToken find() throws SourceException {
    Optional<CredentialsFile> found = credentials();
    if (found.isEmpty()) {
      AccessToken token = metadata.token().orElseThrow(this::nothing);
      standing =
          new Standing(
              project().isPresent() ? Optional.empty() : metadata.project(), Optional.empty());
      return token;
    }
    try (CredentialsFile file = found.get()) {
      AccessToken token = files.token(file);
      standing = new Standing(file.text("/project_id"), file.text("/quota_project_id"));
      return token;
    }
  }

  private Optional<CredentialsFile> credentials() throws SourceException {
    Optional<byte[]> login = settings.login("credentials");
    if (login.isPresent()) {
      return Optional.of(new CredentialsFile(login.get(), "the login of " + settings.scheme()));
    }
    Optional<String> named = settings.text("credentials-file", "GOOGLE_APPLICATION_CREDENTIALS");
    if (named.isPresent()) {
      return Optional.of(read(Path.of(named.get())));
    }
    Optional<Path> ofGcloud =
        settings
            .variable("CLOUDSDK_CONFIG")
            .or(() -> settings.variable("HOME").map(home -> home + "/.config/gcloud"))
            .map(folder -> Path.of(folder, "application_default_credentials.json"))
            .filter(Files::exists);
    return ofGcloud.isPresent() ? Optional.of(read(ofGcloud.get())) : Optional.empty();
  }

  private static CredentialsFile read(Path file) throws SourceException {
    return new CredentialsFile(
        LoginFile.read(
            file,
            "see credentials-file or GOOGLE_APPLICATION_CREDENTIALS, and who may read the file"),
        file.toString());
  }

  private SourceException nothing() {
    return new SourceException(
        Reason.UNAUTHENTICATED,
        "there are no Google credentials: not in the settings of "
            + settings.scheme()
            + ", GOOGLE_APPLICATION_CREDENTIALS, gcloud's file or a metadata server",
        "keymantle source set " + settings.scheme() + " --login credentials=CREDENTIAL");
  }
}
