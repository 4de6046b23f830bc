package io.keymantle.files;

import io.keymantle.domain.ConfigurationFinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Makes the redacted text of one file: sentinels in place of secret values, numbered marks in
/// place of secret keys and of lines of comments. One use.
final class Redaction {
  private static final Pattern KEY_BEGIN =
      Pattern.compile("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----");

  private final ConfigurationText text;
  private final SensitiveValues values;
  private final KnownSecrets known;
  private final List<Splice> splices = new ArrayList<>();
  private final Map<String, String> fields = new HashMap<>();
  private final Map<String, SecretPart> parts = new HashMap<>();
  private final Map<String, String> keys = new HashMap<>();
  private final Map<String, String> comments = new HashMap<>();
  private final List<ConfigurationFinding> findings = new ArrayList<>();
  private int marks;

  private Redaction(ConfigurationText text, SchemaFields schema) {
    this.text = text;
    this.values = SensitiveValues.of(text, schema);
    this.known = KnownSecrets.of(values.secrets());
  }

  static RedactedConfiguration of(ConfigurationText text, SchemaFields schema) {
    Redaction redaction = new Redaction(text, schema);
    redaction.walk(text.root(), FieldPath.root(schema));
    redaction.hideComments();
    return redaction.result();
  }

  private RedactedConfiguration result() {
    splices.sort(Comparator.comparingInt(Splice::start));
    return new RedactedConfiguration(
        text,
        ConfigurationText.parse(Splice.apply(text.text(), splices)),
        fields,
        parts,
        keys,
        comments,
        findings);
  }

  private void walk(Node node, FieldPath path) {
    switch (node) {
      case Node.Members members -> members.members().forEach(member -> member(member, path));
      case Node.Elements elements -> {
        int index = 0;
        for (Node element : elements.elements()) {
          walk(element, path.element(index++));
        }
      }
      case Node.Text leaf -> scalar(leaf, leaf.value(), path);
      case Node.Literal leaf -> scalar(leaf, leaf.token(), path);
    }
  }

  private void member(Node.Member member, FieldPath parent) {
    String key = member.key();
    String written = text.slice(member.keyStart(), member.keyEnd());
    FieldPath path = parent.member(key);
    boolean secret = SecretShapes.in(key).isPresent() || known.within(key) || known.within(written);
    if (secret) {
      String mark = nextMark();
      path = parent.member(mark);
      keys.put(path.pointer(), written);
      splices.add(new Splice(member.keyStart(), member.keyEnd(), quoted(written, mark)));
      findings.add(
          new ConfigurationFinding(
              path.pointer(),
              path.toString(),
              "the key itself is a secret",
              lengthClass(key.length()),
              List.of()));
    }
    walk(member.value(), path);
  }

  private void scalar(Node node, String value, FieldPath path) {
    String written = text.slice(node.start(), node.end());
    Optional<SensitiveValues.Reason> reason = values.reason(node);
    if (reason.isPresent()) {
      hide(node, written, path);
      if (reason.get().sort() == SensitiveValues.Sort.SECRET) {
        found(path, value, reason.get().part());
      }
    } else if (!value.equals(Sentinel.TEXT) && (known.in(value) || known.within(written))) {
      hide(node, written, path);
      found(path, value, SecretPart.whole(value, "holds a secret of another field"));
    } else if (value.contains(Sentinel.TEXT)) {
      findings.add(
          new ConfigurationFinding(
              path.pointer(),
              path.toString(),
              "a redaction placeholder was saved in place of the value",
              lengthClass(value.length()),
              List.of()));
    }
  }

  static String lengthClass(int length) {
    if (length < 8) {
      return "1-7";
    }
    if (length < 20) {
      return "8-19";
    }
    return length < 64 ? "20-63" : "64+";
  }

  private void hide(Node node, String written, FieldPath path) {
    fields.put(path.pointer(), written);
    splices.add(new Splice(node.start(), node.end(), quoted(quotedAs(written), Sentinel.TEXT)));
  }

  private void found(FieldPath path, String value, SecretPart part) {
    parts.put(path.pointer(), part);
    findings.add(
        new ConfigurationFinding(
            path.pointer(),
            path.toString(),
            part.why(),
            lengthClass(part.end() - part.start()),
            Protection.possible(path, value, part)));
  }

  /// A value is always a string; a key may stay without quotes.
  private static String quotedAs(String written) {
    return written.startsWith("'") ? written : "\"";
  }

  private static String quoted(String like, String text) {
    char quote = like.charAt(0);
    return quote == '"' || quote == '\'' ? quote + text + quote : text;
  }

  private String nextMark() {
    String mark;
    do {
      mark = Sentinel.mark(++marks);
    } while (text.text().contains(mark));
    return mark;
  }

  private void hideComments() {
    boolean withinKey = false;
    for (ConfigurationText.Comment comment : text.comments()) {
      List<ConfigurationText.Comment> hidden = new ArrayList<>();
      for (ConfigurationText.Comment line : lines(comment)) {
        String content = text.slice(line.start(), line.end());
        withinKey |= KEY_BEGIN.matcher(content).find();
        if (withinKey || isSecret(content)) {
          hidden.add(line);
        }
        withinKey &= !content.contains("-----END");
      }
      String whole = text.slice(comment.start(), comment.end());
      boolean acrossLines = hidden.isEmpty() || known.spanLines();
      (acrossLines && isSecret(whole) ? List.of(comment) : hidden).forEach(this::hideComment);
    }
  }

  private boolean isSecret(String comment) {
    return CommentSecrets.areIn(comment) || known.in(comment);
  }

  private void hideComment(ConfigurationText.Comment line) {
    String hidden = text.slice(line.start(), line.end());
    String mark = nextMark();
    comments.put(mark, hidden);
    splices.add(new Splice(line.start(), line.end(), mark));
    int number = (int) text.text().substring(0, line.start()).lines().count();
    findings.add(
        new ConfigurationFinding(
            "",
            "comment in line " + Math.max(1, number),
            "a comment holds a secret",
            lengthClass(hidden.length()),
            List.of()));
  }

  /// The lines of a comment without the white space and asterisks around them.
  private List<ConfigurationText.Comment> lines(ConfigurationText.Comment comment) {
    List<ConfigurationText.Comment> lines = new ArrayList<>();
    int start = comment.start();
    for (int at = start; at <= comment.end(); at++) {
      if (at == comment.end() || "\n\r\u2028\u2029".indexOf(text.text().charAt(at)) >= 0) {
        int from = start;
        int to = at;
        while (from < to && " \t*".indexOf(text.text().charAt(from)) >= 0) {
          from++;
        }
        while (to > from && " \t".indexOf(text.text().charAt(to - 1)) >= 0) {
          to--;
        }
        if (from < to) {
          lines.add(new ConfigurationText.Comment(from, to));
        }
        start = at + 1;
      }
    }
    return lines;
  }
}
