package io.keymantle.source.gcp;

import io.keymantle.source.http.JsonFacts;
import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.MalformedContentException;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Credentials as Google and gcloud write them: a JSON object with a `type`
/// (https://google.aip.dev/auth/4110). Holds secrets: close it.
final class CredentialsFile implements AutoCloseable {
  private final byte[] json;
  private final String name;

  /// @param json ownership goes over
  /// @param name how messages call it
  CredentialsFile(byte[] json, String name) {
    this.json = json;
    this.name = name;
  }

  String name() {
    return name;
  }

  /// @param pointer RFC 6901
  Optional<String> text(String pointer) throws SourceException {
    return in(JsonFacts::scalar, pointer).filter(text -> !text.isEmpty());
  }

  String required(String pointer) throws SourceException {
    return text(pointer).orElseThrow(() -> wrong("has no " + pointer.substring(1)));
  }

  /// The strings of an array, or the names of an object's members.
  List<String> names(String pointer) throws SourceException {
    return in(JsonFacts::names, pointer);
  }

  /// A secret; the caller zeroes it.
  byte[] secret(String pointer) throws SourceException {
    return in(JsonString::find, pointer).orElseThrow(() -> wrong("has no " + pointer.substring(1)));
  }

  /// Those that stand within these, closed on their own.
  CredentialsFile inner(String pointer) throws SourceException {
    byte[] found =
        in(JsonString::whole, pointer).orElseThrow(() -> wrong("has no " + pointer.substring(1)));
    return new CredentialsFile(found, name);
  }

  private interface Read<T> {
    T from(byte[] document, String pointer) throws MalformedContentException;
  }

  private <T> T in(Read<T> read, String pointer) throws SourceException {
    try {
      return read.from(json, pointer);
    } catch (MalformedContentException e) {
      throw wrong("is no JSON as Google writes it");
    }
  }

  SourceException wrong(String what) {
    return new SourceException(
        Reason.UNAUTHENTICATED, name + " " + what, "have Google's console or gcloud write it anew");
  }

  @Override
  public void close() {
    Arrays.fill(json, (byte) 0);
  }

  @Override
  public String toString() {
    return "[" + name + "]";
  }
}
