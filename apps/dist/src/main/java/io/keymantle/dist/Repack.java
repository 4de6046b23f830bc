package io.keymantle.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Repacks the jars of the distribution in place, for the JVM alone: without signatures, and with
/// manifests that say only what the JVM asks for.
///
/// Maven has checked what it fetched. At run time nobody asks for a signature, but the JVM would
/// keep a digest of each entry in its heap and leave the jar's classes out of the AOT cache; and it
/// parses the manifest of each jar at each start, of which some have tens of kilobytes for OSGi.
///
/// Run from its source by `assemble.sh`, with the jars as arguments.
final class Repack {
  private static final List<Attributes.Name> KEPT =
      List.of(
          Attributes.Name.MULTI_RELEASE,
          Attributes.Name.IMPLEMENTATION_TITLE,
          Attributes.Name.IMPLEMENTATION_VERSION);

  private Repack() {}

  static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      repack(Path.of(jar));
    }
  }

  private static void repack(Path jar) throws IOException {
    Path fresh = jar.resolveSibling(jar.getFileName() + ".new");
    try (JarFile old = new JarFile(jar.toFile(), false);
        OutputStream file = Files.newOutputStream(fresh);
        JarOutputStream out = new JarOutputStream(file, manifest(old))) {
      for (JarEntry entry : Collections.list(old.entries())) {
        if (!isLeftOut(entry)) {
          JarEntry copy = new JarEntry(entry.getName());
          copy.setTime(entry.getTime());
          out.putNextEntry(copy);
          try (InputStream in = old.getInputStream(entry)) {
            in.transferTo(out);
          }
        }
      }
    }
    Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(jar));
    Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Manifest manifest(JarFile old) throws IOException {
    Manifest manifest = new Manifest();
    Attributes kept = manifest.getMainAttributes();
    kept.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (old.getManifest() != null) {
      for (Attributes.Name name : KEPT) {
        String value = old.getManifest().getMainAttributes().getValue(name);
        if (value != null) {
          kept.put(name, value);
        }
      }
    }
    return manifest;
  }

  private static boolean isLeftOut(JarEntry entry) {
    String name = entry.getName().toUpperCase(Locale.ROOT);
    boolean signature =
        name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)") || name.startsWith("META-INF/SIG-");
    return entry.isDirectory() || signature || name.equals(JarFile.MANIFEST_NAME);
  }
}
