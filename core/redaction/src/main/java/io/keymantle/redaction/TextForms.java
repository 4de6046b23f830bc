package io.keymantle.redaction;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;

/// The encodings that see a value as text: percent, JSON, HTML, UTF-16. A value that is not UTF-8
/// is read as Latin-1 here.
final class TextForms {
  private static final String UNRESERVED = "-._~";

  /// What is left as it is, beside letters and digits: RFC 3986 unreserved, ECMAScript's
  /// encodeURIComponent and encodeURI, and WHATWG's form encoding.
  private static final String[] PERCENT_LEFT = {
    UNRESERVED, UNRESERVED + "!'()*", UNRESERVED + "!'()*;,/?:@&=+$#", "*-._"
  };

  /// Characters that encoders of JSON write as `\\u`: none, Go's, Gson's.
  private static final String[] JSON_EXTRA = {"", "<>&", "<>&='"};

  /// How encoders of HTML write `"` and `'`; empty means left as it is.
  private static final String[][] HTML_QUOTES = {
    {"", ""},
    {"&quot;", ""},
    {"&quot;", "&#39;"},
    {"&quot;", "&#x27;"},
    {"&quot;", "&#039;"},
    {"&quot;", "&apos;"},
    {"&#34;", "&#39;"}
  };

  private TextForms() {}

  static void each(byte[] value, BiConsumer<String, byte[]> forms) {
    char[] text = decode(value);
    boolean plain = isPlain(value);
    percent(value, plain, forms);
    json(text, plain, forms);
    forms.accept("html", html(text, 16));
    forms.accept("html", html(text, 10));
    if (!plain) {
      for (String[] quotes : HTML_QUOTES) {
        forms.accept("html", minimalHtml(text, quotes[0], quotes[1]));
      }
    }
    FormBuffer little = new FormBuffer(2 * text.length);
    FormBuffer big = new FormBuffer(2 * text.length);
    for (char each : text) {
      little.put(each).put(each >> 8);
      big.put(each >> 8).put(each);
    }
    forms.accept("utf-16le", little.take());
    forms.accept("utf-16be", big.take());
    Arrays.fill(text, '\0');
  }

  private static char[] decode(byte[] value) {
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      char[] text = new char[decoded.remaining()];
      decoded.get(text);
      Arrays.fill(decoded.array(), '\0');
      return text;
    } catch (CharacterCodingException notUtf8) {
      char[] text = new char[value.length];
      for (int i = 0; i < text.length; i++) {
        text[i] = (char) (value[i] & 0xFF);
      }
      return text;
    }
  }

  private static void percent(byte[] value, boolean plain, BiConsumer<String, byte[]> forms) {
    FormBuffer every = new FormBuffer(3 * value.length);
    for (byte each : value) {
      every.put('%').hex(each, 2);
    }
    forms.accept("percent", every.take());
    if (plain) {
      return;
    }
    for (String left : PERCENT_LEFT) {
      forms.accept("percent", minimalPercent(value, left, false));
    }
    forms.accept("form", minimalPercent(value, UNRESERVED, true));
    forms.accept("form", minimalPercent(value, "*-._", true));
  }

  private static byte[] minimalPercent(byte[] value, String left, boolean plus) {
    FormBuffer buffer = new FormBuffer(value.length + 16);
    for (byte each : value) {
      if (plus && each == ' ') {
        buffer.put('+');
      } else if (isAlphanumeric(each) || (each > 0 && left.indexOf(each) >= 0)) {
        buffer.put(each);
      } else {
        buffer.put('%').hex(each, 2);
      }
    }
    return buffer.take();
  }

  /// True when no encoder that escapes only what it must escapes anything.
  private static boolean isPlain(byte[] value) {
    for (byte each : value) {
      if (!isAlphanumeric(each) && each != '-' && each != '.' && each != '_') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(int each) {
    return (each >= '0' && each <= '9')
        || (each >= 'a' && each <= 'z')
        || (each >= 'A' && each <= 'Z');
  }

  private static void json(char[] text, boolean plain, BiConsumer<String, byte[]> forms) {
    FormBuffer every = new FormBuffer(6 * text.length);
    for (char each : text) {
      every.ascii("\\u").hex(each, 4);
    }
    forms.accept("json", every.take());
    if (plain) {
      return;
    }
    for (String extra : JSON_EXTRA) {
      for (boolean slash : new boolean[] {false, true}) {
        for (boolean ascii : new boolean[] {false, true}) {
          forms.accept("json", minimalJson(text, extra, slash, ascii));
        }
      }
    }
  }

  private static byte[] minimalJson(char[] text, String extra, boolean slash, boolean ascii) {
    FormBuffer buffer = new FormBuffer(text.length + 16);
    for (int i = 0; i < text.length; i++) {
      char each = text[i];
      int control = "\b\t\n\f\r".indexOf(each);
      if (control >= 0) {
        buffer.put('\\').put("btnfr".charAt(control));
      } else if (each == '"' || each == '\\' || (slash && each == '/')) {
        buffer.put('\\').put(each);
      } else if (each < ' ' || extra.indexOf(each) >= 0 || (ascii && each > 0x7E)) {
        buffer.ascii("\\u").hex(each, 4);
      } else {
        int point = Character.codePointAt(text, i);
        i += Character.charCount(point) - 1;
        buffer.codePoint(point);
      }
    }
    return buffer.take();
  }

  private static byte[] html(char[] text, int radix) {
    FormBuffer buffer = new FormBuffer(6 * text.length);
    for (int i = 0; i < text.length; i++) {
      int point = Character.codePointAt(text, i);
      i += Character.charCount(point) - 1;
      if (radix == 10) {
        buffer.ascii("&#").decimal(point).put(';');
      } else {
        buffer.ascii("&#x").shortHex(point).put(';');
      }
    }
    return buffer.take();
  }

  private static byte[] minimalHtml(char[] text, String quote, String apostrophe) {
    FormBuffer buffer = new FormBuffer(text.length + 32);
    for (int i = 0; i < text.length; i++) {
      int point = Character.codePointAt(text, i);
      i += Character.charCount(point) - 1;
      if (point == '&') {
        buffer.ascii("&amp;");
      } else if (point == '<') {
        buffer.ascii("&lt;");
      } else if (point == '>') {
        buffer.ascii("&gt;");
      } else if (point == '"' && !quote.isEmpty()) {
        buffer.ascii(quote);
      } else if (point == '\'' && !apostrophe.isEmpty()) {
        buffer.ascii(apostrophe);
      } else {
        buffer.codePoint(point);
      }
    }
    return buffer.take();
  }
}
