package io.keymantle.cli;

import java.io.PrintStream;

/// The version of this program, from its jar's manifest.
final class Version {
  private Version() {}

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  static void print(PrintStream out, boolean json) {
    out.println(json ? "{\"version\":\"" + text() + "\"}" : "keymantle " + text());
  }
}
