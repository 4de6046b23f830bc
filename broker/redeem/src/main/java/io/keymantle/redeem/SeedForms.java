package io.keymantle.redeem;

import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.RefusedException;
import io.keymantle.otp.Base32;
import io.keymantle.otp.OtpSeed;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The forms of a seed beside the text that is stored: who stores `otpauth://…?secret=ABC` must not
/// see `ABC` in a reply either.
final class SeedForms {
  private SeedForms() {}

  /// How many digits the codes of a seed have.
  ///
  /// @throws RefusedException with `value_unusable` when the value is no seed
  static int digits(SecretBytes value) {
    int[] digits = new int[1];
    value.reveal(
        SecretAccess.insecureMint(),
        (bytes, offset, length) -> {
          try (OtpSeed seed = OtpSeed.parse(bytes, offset, length)) {
            digits[0] = seed.totp().digits();
          }
        });
    return digits[0];
  }

  /// Adds base32 and bytes of the seeds among the values of a credential of kind `totp`; what is no
  /// seed has no such forms. The caller closes all.
  static void addTo(List<SecretBytes> values, Credential credential) {
    if (credential.kind() != CredentialKind.TOTP) {
      return;
    }
    for (SecretBytes text : List.copyOf(values)) {
      values.addAll(of(credential, text));
    }
  }

  private static List<SecretBytes> of(Credential credential, SecretBytes text) {
    List<SecretBytes> forms = new ArrayList<>();
    String label = credential.name().value();
    text.reveal(
        SecretAccess.insecureMint(),
        (bytes, offset, length) -> {
          try (OtpSeed seed = OtpSeed.parse(bytes, offset, length)) {
            byte[] plain = seed.copyOfSeed();
            byte[] base32 = Base32.encode(plain).getBytes(StandardCharsets.US_ASCII);
            forms.add(SecretBytes.adopt(label, base32));
            forms.add(SecretBytes.adopt(label, plain));
          } catch (RefusedException noSeed) {
            forms.clear();
          }
        });
    return forms;
  }
}
