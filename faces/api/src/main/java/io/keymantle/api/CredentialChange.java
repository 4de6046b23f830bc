package io.keymantle.api;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A change of some of a credential's fields: each member replaces the field of its name, and
/// `addBindings` goes behind the bindings that are there.
///
/// @param members as they were sent; checked when the result is read as a credential
record CredentialChange(Map<String, Object> members) {
  private static final String ADD = "addBindings";

  /// @throws io.keymantle.domain.RefusedException with `invalid_request`
  static CredentialChange parse(String text) {
    Map<String, Object> members = JsonBody.members(text);
    if (members.containsKey(ADD) && members.containsKey("bindings")) {
      throw JsonBody.invalid(
          "bindings are both replaced and added to", "send bindings or addBindings");
    }
    return new CredentialChange(members);
  }

  /// @throws io.keymantle.domain.RefusedException as [CredentialCodec#read]
  CredentialSpec applyTo(CredentialSpec before) {
    Map<String, Object> merged =
        new LinkedHashMap<>(JsonBody.members(CredentialCodec.text(before)));
    merged.putAll(members);
    Object added = merged.remove(ADD);
    if (added != null) {
      List<Object> bindings = new ArrayList<>();
      addAll(bindings, merged.getOrDefault("bindings", List.of()));
      addAll(bindings, added);
      merged.put("bindings", bindings);
    }
    return CredentialCodec.read(before.name(), JsonText.of(merged));
  }

  private static void addAll(List<Object> target, Object source) {
    if (!(source instanceof List<?> list)) {
      throw JsonBody.invalid("bindings are not a list", "write [ … ]");
    }
    target.addAll(list);
  }
}
