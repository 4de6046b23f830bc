package io.keymantle.control;

import io.keymantle.domain.Binding;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CommandBinding.Delivery;
import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Injection;
import io.keymantle.domain.Injection.Format;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.PathPattern;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Surface;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/// The JSON form of a binding: an object with `destination` is for the network, one with `command`
/// for a command.
final class BindingCodec {
  private static final Set<String> NETWORK_KEYS =
      Set.of(
          "destination",
          "methods",
          "paths",
          "surface",
          "inject",
          "format",
          "maxOccurrences",
          "addresses",
          "capture");
  private static final Set<String> COMMAND_KEYS =
      Set.of(
          "command",
          "arguments",
          "deliver",
          "trustsWorkdir",
          "workdir",
          "environment",
          "timeLimit",
          "outputLimit");
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern POINTER = Pattern.compile("(/([^~/\\p{Cntrl}]|~[01])*){1,32}");
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final long LARGEST_OUTPUT = 1L << 30;

  private BindingCodec() {}

  static Binding read(KeyPath path, Tree tree) {
    boolean command = tree instanceof Tree.Fields fields && fields.members().containsKey("command");
    Set<String> keys = command ? COMMAND_KEYS : NETWORK_KEYS;
    if (command && ((Tree.Fields) tree).members().containsKey("destination")) {
      // Named for itself, since listing the keys of either kind would mislead.
      throw FieldReader.of(path, tree, both())
          .refused("has both a destination and a command", "make two bindings of it");
    }
    FieldReader fields = FieldReader.of(path, tree, keys);
    return fields.build(() -> command ? command(fields) : network(fields));
  }

  private static Set<String> both() {
    Set<String> keys = new HashSet<>(NETWORK_KEYS);
    keys.addAll(COMMAND_KEYS);
    return keys;
  }

  private static NetworkBinding network(FieldReader fields) {
    if (!fields.has("destination")) {
      throw fields.refused(
          "has neither a destination nor a command",
          "add \"destination\": \"https://HOST\" or \"command\": \"/usr/bin/NAME\"");
    }
    Surface surface = fields.parsed("surface", Surface.DEFAULT, Surface::parse);
    return new NetworkBinding(
        Destination.parse(fields.text("destination", "")),
        new LinkedHashSet<>(fields.parsedList("methods", BindingCodec::method)),
        fields.parsedList("paths", PathPattern::new),
        surface,
        injection(fields, surface),
        (int) fields.whole("maxOccurrences", 1, 1, 64),
        fields.parsedList("addresses", AddressRangeText::canonical),
        fields.parsedList("capture", matching(POINTER, "a JSON pointer such as /access_token")));
  }

  private static Injection injection(FieldReader fields, Surface surface) {
    String inject = fields.text("inject", "token");
    if (inject.equals("token")) {
      if (fields.has("format")) {
        throw fields.refused(
            "has a format, which goes with \"inject\": \"always\"", "leave it out");
      }
      return new Injection.ReplaceToken();
    }
    if (!inject.equals("always")) {
      throw fields.refused("has an inject that is neither token nor always", "use token");
    }
    Format usual = surface.equals(Surface.DEFAULT) ? new Format.Bearer() : new Format.Raw();
    Format format = fields.parsed("format", usual, BindingCodec::format);
    if (!(surface instanceof Surface.Header) && !(format instanceof Format.Raw)) {
      throw fields.refused("has a format that only a header can carry", "use raw");
    }
    return new Injection.Always(format);
  }

  private static Format format(String text) {
    if (text.startsWith("basic:") && text.indexOf(':', 6) < 0 && text.length() > 6) {
      return new Format.Basic(text.substring(6));
    }
    return switch (text) {
      case "bearer" -> new Format.Bearer();
      case "raw" -> new Format.Raw();
      default -> throw invalid("a format is bearer, raw or basic:USER", "use bearer");
    };
  }

  private static String method(String text) {
    if (!METHOD.matcher(text).matches() || text.equals("CONNECT")) {
      throw invalid("a method is upper-case, such as GET, and not CONNECT", "use GET");
    }
    return text;
  }

  private static CommandBinding command(FieldReader fields) {
    return new CommandBinding(
        fields.parsed("command", Path.of(""), BindingCodec::absolute),
        fields.parsedList("arguments", UnaryOperator.identity()),
        fields.parsed("deliver", new Delivery.StandardInput(), BindingCodec::delivery),
        fields.truth("trustsWorkdir", false),
        fields.parsed("workdir", Optional.empty(), text -> Optional.of(absolute(text))),
        new LinkedHashSet<>(
            fields.parsedList("environment", matching(VARIABLE, "the name of a variable"))),
        fields.parsed("timeLimit", CommandBinding.DEFAULT_TIME_LIMIT, BindingCodec::timeLimit),
        fields.whole("outputLimit", CommandBinding.DEFAULT_OUTPUT_LIMIT, 1, LARGEST_OUTPUT));
  }

  private static Path absolute(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute() && path.normalize().equals(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Refused below: what the file system cannot name is as wrong as a relative path.
    }
    throw invalid("a path here is absolute, without . and ..", "use /usr/bin/NAME");
  }

  private static Delivery delivery(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String variable = colon < 0 ? "" : text.substring(colon + 1);
    if (text.equals("stdin")) {
      return new Delivery.StandardInput();
    }
    if (VARIABLE.matcher(variable).matches() && kind.equals("env")) {
      return new Delivery.EnvironmentVariable(variable);
    }
    if (VARIABLE.matcher(variable).matches() && kind.equals("file")) {
      return new Delivery.TemporaryFile(variable);
    }
    throw invalid("a delivery is env:NAME, file:NAME or stdin", "use env:NAME");
  }

  private static Duration timeLimit(String text) {
    Duration limit = Durations.parse(text);
    if (limit.compareTo(LONGEST) > 0) {
      throw invalid("a time limit is at most 1d", "use a duration such as 5m");
    }
    return limit;
  }

  private static UnaryOperator<String> matching(Pattern pattern, String form) {
    return text -> {
      if (!pattern.matcher(text).matches()) {
        throw invalid("this is not " + form, "use " + form);
      }
      return text;
    };
  }

  private static RefusedException invalid(String message, String fix) {
    return RefusedException.of(ErrorCode.INVALID_BINDING, message, fix);
  }

  static void write(JsonGenerator json, Binding binding) {
    json.writeStartObject();
    switch (binding) {
      case NetworkBinding network -> write(json, network);
      case CommandBinding command -> write(json, command);
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, NetworkBinding binding) {
    json.writeStringProperty("destination", binding.destination().toString());
    list(json, "methods", binding.methods().stream().sorted().toList());
    list(json, "paths", binding.paths());
    if (!binding.surface().equals(Surface.DEFAULT)) {
      json.writeStringProperty("surface", binding.surface().toString());
    }
    if (binding.injection() instanceof Injection.Always(Format format)) {
      json.writeStringProperty("inject", "always");
      json.writeStringProperty(
          "format",
          switch (format) {
            case Format.Bearer _ -> "bearer";
            case Format.Raw _ -> "raw";
            case Format.Basic(String user) -> "basic:" + user;
          });
    }
    if (binding.maxOccurrences() != 1) {
      json.writeNumberProperty("maxOccurrences", binding.maxOccurrences());
    }
    list(json, "addresses", binding.addresses());
    list(json, "capture", binding.capture());
  }

  private static void write(JsonGenerator json, CommandBinding binding) {
    json.writeStringProperty("command", binding.executable().toString());
    list(json, "arguments", binding.arguments());
    json.writeStringProperty(
        "deliver",
        switch (binding.delivery()) {
          case Delivery.EnvironmentVariable(String name) -> "env:" + name;
          case Delivery.TemporaryFile(String variable) -> "file:" + variable;
          case Delivery.StandardInput _ -> "stdin";
        });
    if (binding.trustsWorkdir()) {
      json.writeBooleanProperty("trustsWorkdir", true);
    }
    binding.workdir().ifPresent(path -> json.writeStringProperty("workdir", path.toString()));
    list(json, "environment", binding.environment().stream().sorted().toList());
    if (!binding.timeLimit().equals(CommandBinding.DEFAULT_TIME_LIMIT)) {
      json.writeStringProperty("timeLimit", Durations.text(binding.timeLimit()));
    }
    if (binding.outputLimit() != CommandBinding.DEFAULT_OUTPUT_LIMIT) {
      json.writeNumberProperty("outputLimit", binding.outputLimit());
    }
  }

  private static void list(JsonGenerator json, String name, Collection<?> values) {
    if (values.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart(name);
    values.forEach(value -> json.writeString(value.toString()));
    json.writeEndArray();
  }
}
