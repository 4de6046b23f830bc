package io.keymantle.redeem;

import io.keymantle.control.ItemReader;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.SealedValue;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.MalformedContentException;
import io.keymantle.source.spi.SourceValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads items of sources and seals what is in them, so that they are stored as a value is that a
/// person has typed. Thread-safe; keeps nothing.
public final class SealedItems implements ItemReader {
  private static final CredentialName LABEL = new CredentialName("import");

  private final SecretValues values;
  private final IntakeKey key;

  /// @param key the broker's own
  public SealedItems(SecretValues values, IntakeKey key) {
    this.values = values;
    this.key = key;
  }

  @Override
  public List<Part> read(
      SourceReference item, boolean split, Function<String, Optional<CredentialName>> name) {
    SourceValue read = values.item(LABEL, item);
    byte[][] copy = new byte[1][];
    try (SecretBytes bytes = read.bytes()) {
      bytes.reveal(
          SecretAccess.insecureMint(),
          (array, offset, length) -> copy[0] = Arrays.copyOfRange(array, offset, offset + length));
      return parts(copy[0], split, read.version(), name);
    } finally {
      Arrays.fill(copy[0], (byte) 0);
    }
  }

  private List<Part> parts(
      byte[] value,
      boolean split,
      String version,
      Function<String, Optional<CredentialName>> name) {
    List<String> members = split ? members(value) : List.of();
    if (members.isEmpty()) {
      return List.of(part("", value.clone(), version, name));
    }
    List<Part> parts = new ArrayList<>();
    for (String member : members) {
      try {
        byte[] text = JsonString.find(value, JsonString.step(member)).orElseThrow();
        parts.add(part(member, text, version, name));
      } catch (MalformedContentException e) {
        parts.add(new Part(member, version, Optional.empty(), "its value is no text"));
      }
    }
    return parts;
  }

  /// None when it is no JSON object.
  private static List<String> members(byte[] value) {
    try {
      return JsonString.members(value);
    } catch (MalformedContentException e) {
      return List.of();
    }
  }

  /// @param text zeroed before this returns
  private Part part(
      String member, byte[] text, String version, Function<String, Optional<CredentialName>> name) {
    if (text.length == 0 || text.length > Intake.MAX_LENGTH) {
      String trouble =
          text.length == 0 ? "it is empty" : "it is over " + Intake.MAX_LENGTH + " bytes";
      Arrays.fill(text, (byte) 0);
      return new Part(member, version, Optional.empty(), trouble);
    }
    Optional<SealedValue> sealed =
        name.apply(member).map(wanted -> Intake.seal(key, text, wanted.value()));
    Arrays.fill(text, (byte) 0);
    return new Part(member, version, sealed, "");
  }
}
