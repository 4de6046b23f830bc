package io.keymantle.cli;

import io.keymantle.domain.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Which of the caller's variables hold values that the broker knows: it masks them all, and what
/// comes back changed held one. Nothing of a value is compared here.
final class KnownSecrets {
  /// A short value can stand in these by accident; an agent without them cannot work.
  private static final Set<String> NEEDED =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "PWD", "TMPDIR", "LC_ALL");

  private KnownSecrets() {}

  static Set<String> variables(Map<String, String> caller, BrokerClient broker, RunGrant grant)
      throws IOException {
    Set<String> known = new TreeSet<>();
    for (JsonObject credential : broker.get("/v1/credentials").objects("credentials")) {
      String source = credential.text("source");
      if (source.startsWith("env:") && caller.containsKey(source.substring(4))) {
        known.add(source.substring(4));
      }
    }
    List<String> names = new ArrayList<>(new TreeSet<>(caller.keySet()));
    names.removeAll(NEEDED);
    List<String> clean = masked(names, caller, broker);
    for (int i = 0; i < names.size(); i++) {
      String before = caller.getOrDefault(names.get(i), "");
      if (i >= clean.size() || !clean.get(i).equals(before)) {
        known.add(names.get(i));
      }
    }
    known.removeAll(grant.tokens().keySet());
    return known;
  }

  private static List<String> masked(
      List<String> names, Map<String, String> caller, BrokerClient broker) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (String name : names) {
      text.writeBytes(caller.getOrDefault(name, "").getBytes(StandardCharsets.UTF_8));
      // No variable can hold it, and no value: a mask never reaches over it.
      text.write(0);
    }
    byte[] clean;
    try {
      clean = broker.stream("/v1/redact", new ByteArrayInputStream(text.toByteArray())).bytes();
    } catch (RefusedException e) {
      throw RefusedException.of(
          e.problem().code(),
          "it cannot be told which variables hold values: " + e.problem().message(),
          e.problem().fix());
    }
    return List.of(new String(clean, StandardCharsets.UTF_8).split("\0", -1));
  }
}
