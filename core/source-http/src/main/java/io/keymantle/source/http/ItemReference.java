package io.keymantle.source.http;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a reference to a provider's item says: `ITEM`, then `?version=3` or another selector, then
/// `#key` or `#/json/pointer`.
///
/// @param selector what picks a version, such as `version`; empty for the newest
/// @param chosen the selector's value
/// @param member one member of a value that is JSON; empty for all of the value
public record ItemReference(String item, String selector, String chosen, String member) {
  /// @param selectors the selectors that the provider has
  /// @param form an example, for the fix
  /// @throws RefusedException with `invalid_configuration` when it is none
  public static ItemReference parse(
      SourceReference reference, Pattern items, List<String> selectors, String form) {
    String locator = reference.locator();
    int hash = locator.indexOf('#');
    String member = hash < 0 ? "" : locator.substring(hash + 1);
    String before = hash < 0 ? locator : locator.substring(0, hash);
    int mark = before.indexOf('?');
    String query = mark < 0 ? "" : before.substring(mark + 1);
    String item = mark < 0 ? before : before.substring(0, mark);
    int equals = query.indexOf('=');
    String selector = equals < 0 ? "" : query.substring(0, equals);
    String chosen = equals < 0 ? "" : query.substring(equals + 1);

    require(items.matcher(item).matches(), reference.scheme() + " has no such name", form);
    require(hash < 0 || !member.isEmpty(), "after # comes a key or a JSON pointer", form);
    require(
        mark < 0 || (selectors.contains(selector) && chosen.matches("[A-Za-z0-9_+=.@/-]{1,256}")),
        "after ? comes " + String.join("= or ", selectors) + "=",
        form);
    return new ItemReference(item, selector, chosen, member);
  }

  private static void require(boolean holds, String message, String form) {
    if (!holds) {
      throw RefusedException.of(ErrorCode.INVALID_CONFIGURATION, message, "write " + form);
    }
  }

  /// What was asked for of what was read.
  ///
  /// @param whole all of the value; zeroed
  /// @throws SourceException with MALFORMED, PROPERTY_MISSING, or NOT_FOUND when it is empty
  public SourceValue value(
      CredentialName credential, byte[] whole, String version, Optional<Duration> goodFor)
      throws SourceException {
    byte[] asked;
    try {
      asked = of(whole);
    } finally {
      Arrays.fill(whole, (byte) 0);
    }
    if (asked.length > SecretBytes.MAX_LENGTH) {
      Arrays.fill(asked, (byte) 0);
      throw new SourceException(
          Reason.MALFORMED,
          item + " is longer than " + SecretBytes.MAX_LENGTH + " bytes",
          "name one member of it with #");
    }
    if (asked.length == 0) {
      throw new SourceException(Reason.NOT_FOUND, item + " is empty", "put the value there");
    }
    return new SourceValue(SecretBytes.adopt(credential.value(), asked), version, goodFor);
  }

  /// All of a value, or the member. The caller zeroes both arrays.
  private byte[] of(byte[] value) throws SourceException {
    if (member.isEmpty()) {
      return value.clone();
    }
    try {
      Optional<byte[]> exact = JsonString.find(value, JsonString.step(member));
      if (exact.isEmpty() && JsonString.isPointer(member)) {
        exact = JsonString.find(value, member);
      }
      if (exact.isPresent()) {
        return exact.get();
      }
    } catch (MalformedContentException e) {
      throw new SourceException(
          Reason.MALFORMED,
          item + " " + e.getMessage(),
          "leave #" + member + " out of the source to take all of the value");
    }
    throw new SourceException(
        Reason.PROPERTY_MISSING,
        item + " has no " + member,
        "put it there, or change the source with keymantle credential set --source");
  }
}
