package io.keymantle.files;

import io.keymantle.control.SettingStore;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Names contents of files by HMAC-SHA-256 under a key of the home. A plain hash would let whoever
/// sees it and the redacted text try out short passwords.
final class ContentName {
  private static final String SETTING = "openclaw.base-key";
  private static final int KEY_LENGTH = 32;

  private final SecretKeySpec key;

  private ContentName(byte[] key) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /// @param random a cryptographic source, for the key of a home that has none yet
  static ContentName of(SettingStore settings, RandomGenerator random) {
    Optional<String> stored = settings.setting(SETTING);
    if (stored.isPresent()) {
      return new ContentName(HexFormat.of().parseHex(stored.get()));
    }
    byte[] key = new byte[KEY_LENGTH];
    random.nextBytes(key);
    settings.putSetting(SETTING, HexFormat.of().formatHex(key));
    return new ContentName(key);
  }

  String of(byte[] content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return "hmac-sha256:" + HexFormat.of().formatHex(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
