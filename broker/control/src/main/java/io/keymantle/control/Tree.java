package io.keymantle.control;

import java.util.List;
import java.util.Map;

/// A value read from configuration text, with the line where it starts.
sealed interface Tree {
  int line();

  /// An object; its keys are unique, in the order of the text.
  record Fields(int line, Map<String, Tree> members) implements Tree {}

  record Items(int line, List<Tree> elements) implements Tree {}

  record Text(int line, String value) implements Tree {}

  /// A number; infinite and undefined ones too, which nothing of ours accepts.
  record Numeral(int line, double value) implements Tree {}

  record Truth(int line, boolean value) implements Tree {}

  record Nothing(int line) implements Tree {}
}
