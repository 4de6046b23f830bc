package io.keymantle.files;

import io.keymantle.control.Actor;
import io.keymantle.control.AuditTrail;
import io.keymantle.control.Catalogue;
import io.keymantle.control.ImportOffer;
import io.keymantle.control.ImportTerms;
import io.keymantle.control.SettingStore;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.ConfigurationProtection;
import io.keymantle.domain.ConfigurationVersion;
import io.keymantle.domain.OpenedConfiguration;
import io.keymantle.domain.RefusedException;
import io.keymantle.intake.IntakeKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Opens, saves and protects openclaw.json files. Thread-safe; one change at a time.
///
/// Guarantees: what it returns holds no secret that it knows for one (see [SensitiveValues],
/// [KnownSecrets], [CommentSecrets]); a secret comes back only at the path where it stood; a file
/// is whole at every moment, the old one or the new one; each change is in the ledger before it
/// happens.
///
/// Not guaranteed: that no copy of the text stays in memory after a call; the text of a file is a
/// string while it is worked on.
public final class ConfigurationEditor {
  /// Redacted texts that are kept for three-way views.
  private static final int ORIGINALS_KEPT = 16;

  private final Path home;
  private final SchemaFields schema = SchemaFields.read();
  private final ContentName names;
  private final History history;
  private final UnfinishedSave unfinished;
  private final ChangeTrail trail;
  private final SecretMove move;
  private final Clock clock;

  /// The redacted text of what was opened lately, by its base.
  private final Map<String, String> originals = new LinkedHashMap<>();

  /// @param home its files are not for editing; files must belong to its owner
  /// @param random a cryptographic source
  public ConfigurationEditor(
      Path home,
      SettingStore settings,
      AuditTrail ledger,
      Catalogue catalogue,
      IntakeKey key,
      Clock clock,
      RandomGenerator random) {
    this.home = home;
    this.names = ContentName.of(settings, random);
    this.history = new History(settings);
    this.unfinished = new UnfinishedSave(settings);
    this.trail = new ChangeTrail(ledger, clock, random);
    this.move = new SecretMove(catalogue, key, schema);
    this.clock = clock;
  }

  /// The file as it is now, redacted.
  ///
  /// @throws RefusedException with `not_found`, `forbidden`, `invalid_request` or
  ///   `invalid_configuration`
  public synchronized OpenedConfiguration open(Path path) {
    ConfigurationFile file = ConfigurationFile.at(path, home);
    Read read = read(file.read());
    return opened(file, read);
  }

  /// Restores the secrets of an edited text and replaces the file.
  ///
  /// @param base of the file as it was opened
  /// @param text redacted, as it was edited
  /// @throws RefusedException with `sentinel_unresolved` naming the path, `invalid_configuration`,
  ///   or as [#open]; the file is as it was
  public synchronized ConfigurationChange save(
      Actor.Person person, Path path, String base, String text) {
    ConfigurationFile file = ConfigurationFile.at(path, home);
    Read now = read(file.read());
    if (!now.base.equals(base)) {
      return conflict(file, base, text);
    }
    String restored = Restoration.of(now.configuration, text, schema);
    if (!write(person, file, now, restored)) {
      return conflict(file, base, text);
    }
    return new ConfigurationChange.Saved(open(path), Optional.empty());
  }

  /// Moves one plaintext secret to the store and leaves a reference in its place.
  ///
  /// @throws RefusedException as [#save], `invalid_request` where the field takes no such
  ///   reference, `already_exists` for a credential's name that is taken
  public synchronized ConfigurationChange protect(
      Actor.Person person, Path path, String base, ConfigurationProtection request) {
    ConfigurationFile file = ConfigurationFile.at(path, home);
    Read now = read(file.read());
    if (!now.base.equals(base)) {
      return conflict(file, base, originals.getOrDefault(base, ""));
    }
    SecretMove.Planned planned = move.plan(now.configuration, request);
    String restored = Restoration.of(now.configuration, planned.text(), schema);
    boolean written = false;
    ConfigurationChange.Created created = move.store(person, planned);
    try {
      written = write(person, file, now, restored);
    } finally {
      if (!written) {
        move.undo(person, created);
      }
    }
    return written
        ? new ConfigurationChange.Saved(open(path), Optional.of(created))
        : conflict(file, base, planned.text());
  }

  /// The file's plaintext secrets, sealed, each with the credential that would have it; the file
  /// stays as it is.
  ///
  /// @throws RefusedException as [#open], or what is wrong with its credentials object
  public synchronized List<ImportOffer> offers(Path path, ImportTerms terms) {
    return move.offers(read(ConfigurationFile.at(path, home).read()).configuration, terms);
  }

  private boolean write(Actor.Person person, ConfigurationFile file, Read now, String restored) {
    byte[] content = restored.getBytes(StandardCharsets.UTF_8);
    if (Arrays.equals(content, now.content) && file.isPrivate()) {
      return true;
    }
    RedactedConfiguration after = Redaction.of(ConfigurationText.parse(restored), schema);
    List<String> found = FieldChanges.between(now.configuration, after);
    List<String> changes = found.isEmpty() ? List.of("comments and white space") : found;
    String name = file.path().toString();
    unfinished.begin(file.path());
    boolean written = trail.around(person, name, changes, () -> file.replace(now.content, content));
    if (written) {
      history.add(
          name,
          new ConfigurationVersion(
              clock.instant(), person.toString(), names.of(content), History.bounded(changes)));
    }
    return written;
  }

  private ConfigurationChange conflict(ConfigurationFile file, String base, String mine) {
    Optional<String> original = Optional.ofNullable(originals.get(base));
    return new ConfigurationChange.Conflict(base, original, mine, opened(file, read(file.read())));
  }

  /// A file's content, read and redacted.
  private static final class Read {
    final byte[] content;
    final String base;
    final RedactedConfiguration configuration;

    Read(byte[] content, String base, RedactedConfiguration configuration) {
      this.content = content;
      this.base = base;
      this.configuration = configuration;
    }
  }

  private Read read(byte[] content) {
    ConfigurationText text = ConfigurationText.parse(ConfigurationFile.text(content));
    return new Read(content, names.of(content), Redaction.of(text, schema));
  }

  private OpenedConfiguration opened(ConfigurationFile file, Read read) {
    String text = read.configuration.text();
    originals.put(read.base, text);
    if (originals.size() > ORIGINALS_KEPT) {
      originals.remove(originals.keySet().iterator().next());
    }
    String name = file.path().toString();
    return new OpenedConfiguration(
        name, read.base, text, read.configuration.findings(), history.of(name));
  }
}
