import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Makes the files that the console's listener serves, at build: each under a path that names its
/// content, compressed, and an import map from the paths in the sources to those.
///
/// Arguments: the console's sources, the unpacked packages of Lit, and the folder to write to.
/// Served are `index.html` with the import map in it, what `served.txt` lists of the sources, and
/// of Lit what it lists with the name that modules import it by.
final class ConsoleBuild {
  private static final String NAME_OF_LIST = "files.txt";

  private final Path sources;
  private final Path lit;
  private final Path target;
  private final Map<String, String> imports = new LinkedHashMap<>();
  private final List<String> written = new ArrayList<>();

  private ConsoleBuild(Path sources, Path lit, Path target) {
    this.sources = sources;
    this.lit = lit;
    this.target = target;
  }

  public static void main(String[] arguments) throws IOException {
    new ConsoleBuild(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])).build();
  }

  private void build() throws IOException {
    Path files = target.resolve("files");
    if (Files.isDirectory(files)) {
      try (Stream<Path> old = Files.list(files)) {
        for (Path each : old.toList()) {
          Files.delete(each);
        }
      }
    }
    Files.createDirectories(files);
    Map<String, String> styles = new LinkedHashMap<>();
    for (String line : Files.readAllLines(sources.resolve("served.txt"))) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf(" = ");
      String path = equals < 0 ? line : line.substring(equals + 3);
      Path file = equals < 0 ? sources.resolve(path) : lit.resolve(path);
      String hashed = serve("/" + path, Files.readAllBytes(file), true);
      if (path.endsWith(".js")) {
        imports.put("/" + path, hashed);
        if (equals > 0 && !line.startsWith("- ")) {
          imports.put(line.substring(0, equals), hashed);
        }
      } else {
        styles.put("/" + path, hashed);
      }
    }
    serveIndex(styles);
    Files.write(target.resolve(NAME_OF_LIST), written);
  }

  /// The first page: the paths in it are those of the sources, too.
  private void serveIndex(Map<String, String> others) throws IOException {
    String html = Files.readString(sources.resolve("index.html"));
    String map = importMap();
    html = html.replace("IMPORT_MAP", map);
    Matcher preload = Pattern.compile("\"(/[\\w./-]+\\.(?:js|css|svg))\"").matcher(html);
    String finished =
        preload.replaceAll(found -> {
          String path = found.group(1);
          String hashed = imports.getOrDefault(path, others.getOrDefault(path, path));
          return Matcher.quoteReplacement("\"" + hashed + "\"");
        });
    // The map's own names are paths as well, and stay as they were.
    finished =
        finished.replaceFirst(
            "(?s)(<script type=\"importmap\">).*?(</script>)", Matcher.quoteReplacement("MAP"));
    finished = finished.replace("MAP", "<script type=\"importmap\">" + map + "</script>");
    serve("/", finished.getBytes(StandardCharsets.UTF_8), false);
    written.add(
        "importmap sha256-"
            + Base64.getEncoder().encodeToString(sha256(map.getBytes(StandardCharsets.UTF_8))));
  }

  private String importMap() {
    StringBuilder json = new StringBuilder("{\"imports\":{");
    imports.forEach((from, to) ->
        json.append(json.charAt(json.length() - 1) == '{' ? "" : ",")
            .append('"')
            .append(from)
            .append("\":\"")
            .append(to)
            .append('"'));
    return json.append("}}").toString();
  }

  /// Writes one file compressed. Returns the path that it is served under.
  private String serve(String path, byte[] content, boolean immutable) throws IOException {
    String hash = HexFormat.of().formatHex(sha256(content), 0, 8);
    int dot = path.lastIndexOf('.');
    String served = immutable ? path.substring(0, dot) + "." + hash + path.substring(dot) : path;
    String type =
        switch (dot < 0 ? "" : path.substring(dot)) {
          case ".js" -> "text/javascript; charset=utf-8";
          case ".css" -> "text/css; charset=utf-8";
          case ".svg" -> "image/svg+xml";
          default -> "text/html; charset=utf-8";
        };
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new Smallest(compressed)) {
      out.write(content);
    }
    String name = hash + ".gz";
    Files.write(target.resolve("files").resolve(name), compressed.toByteArray());
    written.add(String.join("\t", served, name, Boolean.toString(immutable), type));
    return served;
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Compresses as far as it goes: once at build, for every page after.
  private static final class Smallest extends GZIPOutputStream {
    Smallest(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
