package io.keymantle.source.keychain;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.ItemReference;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The keychain of the operating system: `keychain:SERVICE/ACCOUNT`, or
/// `keychain:?attribute=value&other=value` for an item that has all of these; `#key` or
/// `#/json/pointer` behind it takes one string out of a value that is JSON. Thread-safe.
///
/// Nothing of it is touched before the first read: neither the bus nor a library.
public final class KeychainSource implements SecretSource {
  private final SourceSettings settings;
  private final Keychain keychain;

  /// The keychain of the system that this runs on.
  ///
  /// @throws RefusedException with `invalid_configuration`
  public KeychainSource(SourceSettings settings) {
    this(settings, of(settings, System.getProperty("os.name")));
  }

  KeychainSource(SourceSettings settings, Keychain keychain) {
    this.settings = settings;
    this.keychain = keychain;
    // Said when it is set, not at the first read.
    var _ = settings.ttl();
  }

  /// @param system as the JDK names it
  static Keychain of(SourceSettings settings, String system) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return new WindowsCredentials(settings, Advapi32::new);
    }
    return name.startsWith("mac")
        ? new MacKeychain(settings, SecurityFramework::new)
        : new SecretService(settings);
  }

  @Override
  public String scheme() {
    return settings.scheme();
  }

  @Override
  public void check(SourceReference reference) {
    keychain.check(name(reference));
    var _ = member(reference);
  }

  private ItemName name(SourceReference reference) {
    return ItemName.parse(reference.locator().replaceFirst("(?s)#.*", ""), scheme());
  }

  private ItemReference member(SourceReference reference) {
    String locator = reference.locator();
    int hash = locator.indexOf('#');
    String member = hash < 0 ? "" : locator.substring(hash + 1);
    if (hash >= 0 && member.isEmpty()) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "after # comes a key or a JSON pointer",
          "write " + scheme() + ":SERVICE/ACCOUNT#KEY; a # of a name is written %23");
    }
    return new ItemReference(name(reference).text(), "", "", member);
  }

  @Override
  public SourceValue read(CredentialName credential, SourceReference reference)
      throws SourceException {
    ItemReference asked = member(reference);
    try (KeychainItem item = keychain.read(name(reference))) {
      return asked.value(
          credential, item.value(), item.version(), settings.capped(Optional.empty()));
    }
  }

  @Override
  public void test() throws SourceException {
    keychain.test();
  }

  @Override
  public List<SourceReference> browse(String under) throws SourceException {
    return keychain.names().stream()
        .map(ItemName::text)
        .filter(text -> text.startsWith(under))
        .distinct()
        .sorted()
        .map(text -> new SourceReference(scheme(), text))
        .toList();
  }
}
