package io.keymantle.redeem;

import io.keymantle.control.EncryptedValue;
import io.keymantle.control.Refusals;
import io.keymantle.control.SourceHealth;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.keys.Envelopes;
import io.keymantle.keys.RecordIdentity;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceValue;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// Reads secret values from where they live: the built-in store or another source. Thread-safe;
/// reading may block.
public final class SecretValues {
  private final ValueStore store;
  private final Envelopes envelopes;
  private final SourceRegistry sources;
  private final SourceReader reader;

  /// @param sources every source but the built-in store
  /// @param clock by which a source that fails rests
  public SecretValues(
      ValueStore store, Envelopes envelopes, SourceRegistry sources, InstantSource clock) {
    this.store = store;
    this.reader = new SourceReader(clock);
    this.envelopes = envelopes;
    this.sources = sources;
  }

  /// What the encrypted value of a credential is, as its envelope names it: whoever wraps envelopes
  /// anew needs the same.
  public static RecordIdentity identity(CredentialName name, long version) {
    return new RecordIdentity("credential", name.value(), version);
  }

  /// The current value. The caller closes its bytes.
  ///
  /// @throws RefusedException with one of the `source_` codes, `store_unavailable` or
  ///   `home_damaged`
  SourceValue current(Credential credential) {
    if (!credential.source().isStore()) {
      return reader.read(source(credential), credential.name(), credential.source());
    }
    EncryptedValue value = store.values(credential.name()).get(credential.valueVersion());
    if (value == null) {
      throw new RefusedException(Refusals.withoutValue(credential.name()));
    }
    return SourceValue.of(open(credential.name(), credential.valueVersion(), value));
  }

  /// What a reference names that is no credential's. The caller closes its bytes.
  ///
  /// @param label what the value is called where it is masked
  /// @throws RefusedException with one of the `source_` codes, or `invalid_configuration`
  SourceValue item(CredentialName label, SourceReference reference) {
    SecretSource source = sources.find(reference.scheme()).orElseThrow(() -> unknownSource(label));
    source.check(reference);
    return reader.read(source, label, reference);
  }

  /// How the sources have been that were read.
  public List<SourceHealth> health() {
    return reader.health();
  }

  /// Earlier values that the store still has. The caller closes them.
  List<SecretBytes> earlier(Credential credential) {
    List<SecretBytes> values = new ArrayList<>();
    if (credential.source().isStore() && credential.valueVersion() > 1) {
      SortedMap<Long, EncryptedValue> stored = store.values(credential.name());
      stored
          .headMap(credential.valueVersion())
          .forEach((version, value) -> values.add(open(credential.name(), version, value)));
    }
    return values;
  }

  private SecretBytes open(CredentialName name, long version, EncryptedValue value) {
    return envelopes.open(identity(name, version), value.envelope());
  }

  EncryptedValue envelope(Credential credential, SecretBytes value) {
    return new EncryptedValue(
        envelopes.seal(identity(credential.name(), credential.valueVersion()), value));
  }

  /// @throws RefusedException with `invalid_configuration` when no source has the scheme, or what
  ///   the source finds wrong with the reference
  void checkSource(Credential credential) {
    if (!credential.source().isStore()) {
      source(credential).check(credential.source());
    } else if (!credential.source().locator().isEmpty()) {
      throw unknownSource(credential.name());
    }
  }

  /// What a source logs in with, out of the built-in store. The caller closes it.
  ///
  /// @throws RefusedException as [#current]
  public SecretBytes login(Credential credential) {
    return current(credential).bytes();
  }

  private SecretSource source(Credential credential) {
    return sources
        .find(credential.source().scheme())
        .orElseThrow(() -> unknownSource(credential.name()));
  }

  private RefusedException unknownSource(CredentialName name) {
    return RefusedException.about(
        name,
        ErrorCode.INVALID_CONFIGURATION,
        "there is no source of this name: store, " + String.join(", ", sources.schemes()),
        "leave --source out to keep the value in Keymantle's own store, or set the source up:"
            + " keymantle source set NAME");
  }
}
