package io.keymantle.source.onepassword;

import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One item as the Connect server gave it, and how a field or a file is found in it. Names match by
/// id or label, exactly; what matches twice is refused, since nobody could say which one counts.
record ConnectItem(ProviderReply reply, OnePasswordReference wanted) {
  /// A field or a file.
  ///
  /// @param pointer where it stands
  record Found(String pointer, boolean isFile) {}

  /// @throws SourceException with PROPERTY_MISSING or FAILED when there is none, or more than one
  Found find() throws SourceException {
    List<Found> found = wanted.field().isEmpty() ? primary() : named(wanted.field().get());
    if (found.size() == 1) {
      return found.getFirst();
    }
    String name = wanted.whole().item();
    throw found.isEmpty()
        ? new SourceException(
            Reason.PROPERTY_MISSING,
            wanted.field().isEmpty()
                ? name + " has neither a password nor a credential"
                : name + " is no field or file of its item",
            "see what it has: op item get, and name it: VAULT/ITEM/FIELD")
        : new SourceException(
            Reason.FAILED,
            name + " could be several fields",
            "name its section too: VAULT/ITEM/SECTION/FIELD, or its id");
  }

  /// What a login fills in as the password, else an API credential's own field.
  private List<Found> primary() throws SourceException {
    List<Found> passwords = new ArrayList<>();
    List<Found> credentials = new ArrayList<>();
    for (Found each : all("/fields", false)) {
      if (text(each, "/purpose").equals("PASSWORD")) {
        passwords.add(each);
      } else if (text(each, "/id").equals("credential")) {
        credentials.add(each);
      }
    }
    return passwords.isEmpty() ? credentials : passwords;
  }

  private List<Found> named(String name) throws SourceException {
    Set<String> sections = new HashSet<>();
    if (wanted.section().isPresent()) {
      for (Found each : all("/sections", false)) {
        String id = text(each, "/id");
        if (id.equals(wanted.section().get())
            || text(each, "/label").equals(wanted.section().get())) {
          sections.add(id);
        }
      }
    }
    List<Found> found = new ArrayList<>();
    for (Found each : all("/fields", false)) {
      if (isIn(each, sections)
          && (text(each, "/id").equals(name) || text(each, "/label").equals(name))) {
        found.add(each);
      }
    }
    for (Found each : all("/files", true)) {
      if (isIn(each, sections)
          && (text(each, "/id").equals(name) || text(each, "/name").equals(name))) {
        found.add(each);
      }
    }
    return found;
  }

  /// All fields that have a value, as one JSON object by label; by id where a label stands twice,
  /// or is empty. The caller zeroes it.
  byte[] fields() throws SourceException {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new HashSet<>();
    List<Found> fields = all("/fields", false);
    for (Found each : fields) {
      if (!seen.add(text(each, "/label"))) {
        twice.add(text(each, "/label"));
      }
    }
    JsonBody all = new JsonBody();
    Set<String> named = new HashSet<>();
    for (Found each : fields) {
      byte[] value = bytes(each, "/value").orElse(new byte[0]);
      String label = text(each, "/label");
      String name = label.isBlank() || twice.contains(label) ? text(each, "/id") : label;
      if (value.length > 0 && named.add(name)) {
        all.with(name, value);
      }
      Arrays.fill(value, (byte) 0);
    }
    return all.finish();
  }

  private boolean isIn(Found each, Set<String> sections) throws SourceException {
    return wanted.section().isEmpty() || sections.contains(text(each, "/section/id"));
  }

  /// Each has an id.
  private List<Found> all(String array, boolean areFiles) throws SourceException {
    List<Found> found = new ArrayList<>();
    for (int i = 0; reply.text(array + "/" + i + "/id").isPresent(); i++) {
      found.add(new Found(array + "/" + i, areFiles));
    }
    return found;
  }

  /// What is no secret of it; empty where there is none.
  String text(Found found, String member) throws SourceException {
    return reply.text(found.pointer() + member).orElse("");
  }

  /// The secret of it; the caller zeroes it.
  Optional<byte[]> bytes(Found found, String member) throws SourceException {
    return reply.bytes(found.pointer() + member);
  }

  /// For the ledger.
  String version() throws SourceException {
    return reply.text("/version").orElse("");
  }

  @Override
  public String toString() {
    return "[item " + wanted.whole().item() + "]";
  }
}
