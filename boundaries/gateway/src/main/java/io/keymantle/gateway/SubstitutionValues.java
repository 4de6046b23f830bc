package io.keymantle.gateway;

import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretLease;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The values that one request gets, for the moment in which it is written. Zeroed on [#close].
/// Refuses a value that would change the message in the place where it is to stand.
final class SubstitutionValues implements AutoCloseable {
  /// The shortest value that may be put in without a token, in bytes: the mask of a shorter one
  /// would hit ordinary text in replies.
  static final int SHORTEST_INJECTED = 8;

  private final List<byte[]> values = new ArrayList<>();
  private final List<CredentialName> names = new ArrayList<>();
  private final Map<BrokerToken, Integer> byToken = new HashMap<>();
  private final boolean refusing;

  /// @param refusing whether [Guard#VALUES] is up
  SubstitutionValues(boolean refusing) {
    this.refusing = refusing;
  }

  /// Copies the leased value. Returns its number.
  int take(SecretLease lease) {
    names.add(lease.credential());
    lease.reveal(
        (bytes, offset, length) -> values.add(Arrays.copyOfRange(bytes, offset, offset + length)));
    int number = names.size() - 1;
    if (values.get(number).length == 0) {
      throw unusable(number, "is empty");
    }
    return number;
  }

  void stands(BrokerToken token, int number) {
    byToken.put(token, number);
  }

  int numberOf(BrokerToken token) {
    Integer number = byToken.get(token);
    if (number == null) {
      throw RefusedException.of(
          ErrorCode.SURFACE_MISMATCH, "the request changed after it was judged", "send it again");
    }
    return number;
  }

  /// For a header field as it stands (RFC 9110 section 5.5): visible ASCII with spaces inside.
  byte[] forHeader(int number) {
    byte[] value = values.get(number);
    for (byte b : value) {
      if (b < 0x20 || b == 0x7f) {
        refuse(
            number,
            "has a line break, control or non-ASCII character, which a header cannot carry");
      }
    }
    if (value[0] == ' ' || value[value.length - 1] == ' ') {
      refuse(number, "begins or ends with a space, which a header cannot carry");
    }
    return value;
  }

  /// For a part of a structured header, such as `token="…"` or one cookie of several.
  byte[] forHeaderPart(int number) {
    byte[] value = forHeader(number);
    for (byte b : value) {
      if (b == '"' || b == '\\' || b == ',' || b == ';' || b == ' ') {
        refuse(number, "has a quote, separator or space, which would change the header");
      }
    }
    return value;
  }

  /// For the user or password of `Basic` (RFC 7617 section 2).
  byte[] forBasic(int number, boolean user) {
    byte[] value = values.get(number);
    for (byte b : value) {
      if ((b >= 0 && b < 0x20) || b == 0x7f) {
        refuse(number, "has a line break or control character, which Basic cannot carry");
      }
      if (user && b == ':') {
        refuse(number, "has a colon, which the user of Basic cannot carry");
      }
    }
    return value;
  }

  /// For a query parameter, to be percent-encoded.
  byte[] forQuery(int number) {
    byte[] value = values.get(number);
    for (byte b : value) {
      if ((b >= 0 && b < 0x20) || b == 0x7f) {
        refuse(number, "has a line break or control character, which a query must not carry");
      }
    }
    return value;
  }

  /// For a path segment or a part of one, to be percent-encoded.
  byte[] forPath(int number) {
    byte[] value = values.get(number);
    byte before = 0;
    for (byte b : value) {
      boolean separates = b == '/' || b == '\\' || b == '?' || b == '#';
      if (separates || (b == '.' && before == '.')) {
        refuse(number, "has a path separator or '..', which would change the path");
      }
      if ((b >= 0 && b < 0x20) || b == 0x7f) {
        refuse(number, "has a line break or control character, which a path cannot carry");
      }
      before = b;
    }
    if (value.length == 1 && value[0] == '.') {
      refuse(number, "is a dot segment, which would change the path");
    }
    return value;
  }

  /// For a JSON string, to be escaped.
  byte[] forJson(int number) {
    byte[] value = values.get(number);
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      Arrays.fill(text.array(), '\0');
    } catch (CharacterCodingException e) {
      refuse(number, "is not UTF-8 text, which a JSON field must be");
    }
    return value;
  }

  /// For a form field, to be percent-encoded.
  byte[] forForm(int number) {
    return values.get(number);
  }

  void requireInjectable(int number) {
    if (values.get(number).length < SHORTEST_INJECTED) {
      refuse(number, "is shorter than 8 bytes, too short for inject: always");
    }
  }

  private void refuse(int number, String why) {
    if (refusing) {
      throw unusable(number, why);
    }
  }

  private RefusedException unusable(int number, String why) {
    CredentialName name = names.get(number);
    return RefusedException.about(
        name,
        ErrorCode.VALUE_UNUSABLE,
        "the value of " + name + " " + why,
        "store the right one, without a line break at its end: printf %s \"$VALUE\" | keymantle"
            + " credential rotate "
            + name);
  }

  @Override
  public void close() {
    values.forEach(value -> Arrays.fill(value, (byte) 0));
    values.clear();
  }

  @Override
  public String toString() {
    return "[values of " + names + "]";
  }
}
