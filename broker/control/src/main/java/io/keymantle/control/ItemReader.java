package io.keymantle.control;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.SourceReference;
import io.keymantle.intake.SealedValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads whole items of a source to move them in. Implemented by `redeem`, the only one that sees a
/// value.
public interface ItemReader {
  /// One secret of an item.
  ///
  /// @param member the member of an item that is JSON; empty for all of the item
  /// @param value sealed for the name that was asked for
  /// @param trouble why it cannot be moved; empty when it can
  record Part(String member, String version, Optional<SealedValue> value, String trouble) {}

  /// Reads one item; blocks.
  ///
  /// @param split one part for each member, where the item is a JSON object; else one for the item
  /// @param name the name to seal a member for; empty for one whose value is not wanted
  /// @throws io.keymantle.domain.RefusedException with one of the `source_` codes
  List<Part> read(
      SourceReference item, boolean split, Function<String, Optional<CredentialName>> name);
}
