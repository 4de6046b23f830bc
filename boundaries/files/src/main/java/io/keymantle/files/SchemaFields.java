package io.keymantle.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What OpenClaw's own schema says of its credential fields, as a place in a tree of paths that
/// goes down with the reader of a file. Immutable once read.
final class SchemaFields {
  /// What a field is; the resource `openclaw-fields.txt` says it in full.
  enum Trait {
    REFERENCE,
    SECRET,
    HEADER
  }

  /// Knows no field.
  static final SchemaFields NONE = new SchemaFields(List.of());

  private static final String ANY = "*";
  private static final String ELEMENT = "[]";

  private final List<Branch> here;

  private SchemaFields(List<Branch> here) {
    this.here = here;
  }

  /// The fields of the OpenClaw that this Keymantle knows.
  static SchemaFields read() {
    try (InputStream in = SchemaFields.class.getResourceAsStream("openclaw-fields.txt")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource openclaw-fields.txt");
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("failed to read the resource openclaw-fields.txt", e);
    }
  }

  static SchemaFields of(String lines) {
    Branch root = new Branch();
    lines
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" "))
        .forEach(words -> {
          Branch branch = root;
          for (String step : words[0].replace(ELEMENT, "." + ELEMENT).split("\\.")) {
            branch = branch.children.computeIfAbsent(step, _ -> new Branch());
          }
          for (int i = 1; i < words.length; i++) {
            branch.traits.add(Trait.valueOf(words[i].toUpperCase(Locale.ROOT)));
          }
        });
    return new SchemaFields(List.of(root));
  }

  SchemaFields member(String key) {
    List<Branch> next = new ArrayList<>(2);
    for (Branch branch : here) {
      branch.addChild(key, next);
      branch.addChild(ANY, next);
    }
    return new SchemaFields(next);
  }

  SchemaFields element() {
    List<Branch> next = new ArrayList<>(1);
    for (Branch branch : here) {
      branch.addChild(ELEMENT, next);
    }
    return new SchemaFields(next);
  }

  /// What the field at this place is; empty when the schema has no credential here.
  Set<Trait> traits() {
    EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
    for (Branch branch : here) {
      traits.addAll(branch.traits);
    }
    return traits;
  }

  /// Whether the schema has a credential somewhere below this place.
  boolean leadsToCredential() {
    return here.stream().anyMatch(branch -> !branch.children.isEmpty());
  }

  private static final class Branch {
    final Map<String, Branch> children = new HashMap<>();
    final EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);

    void addChild(String step, List<Branch> target) {
      Branch child = children.get(step);
      if (child != null) {
        target.add(child);
      }
    }
  }
}
