package io.keymantle.source.keychain;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The Credential Manager of Windows: generic credentials, by `?target=NAME`, or by service and
/// account in each way that the usual libraries make a target of them.
///
/// Not guaranteed: that browsing has no value in memory. `CredEnumerateW` gives them along with the
/// names; they are zeroed unread.
final class WindowsCredentials implements Keychain {
  private static final String TITLE = "the Credential Manager";

  private final SourceSettings settings;
  private final Supplier<CredentialManager> library;
  private final Charset encoding;

  /// @param library opens the system's library, at each use: what it is linked by is cached
  /// @throws io.keymantle.domain.RefusedException with `invalid_configuration`
  WindowsCredentials(SourceSettings settings, Supplier<CredentialManager> library) {
    settings.requireKnown(List.of("encoding"), List.of());
    this.settings = settings;
    this.library = library;
    this.encoding =
        switch (settings.text("encoding").orElse("utf-8")) {
          case "utf-8" -> StandardCharsets.UTF_8;
          case "utf-16" -> StandardCharsets.UTF_16LE;
          default ->
              throw settings.refused(
                  "its encoding is none", "write encoding=utf-8 or encoding=utf-16");
        };
  }

  @Override
  public void check(ItemName name) {
    if (name instanceof ItemName.Attributes attributes
        && !attributes.values().keySet().equals(Set.of("target"))) {
      throw settings.refused(
          "a credential of Windows has a target", "write ?target=NAME or SERVICE/ACCOUNT");
    }
  }

  /// The targets that may have the item: those of keytar, go-keyring, keyring-rs and
  /// python-keyring, whose first target has the account beside it instead of in it.
  private static Map<String, Optional<String>> targets(ItemName name) {
    Map<String, Optional<String>> targets = new LinkedHashMap<>();
    switch (name) {
      case ItemName.Attributes attributes ->
          attributes.value("target").ifPresent(target -> targets.put(target, Optional.empty()));
      case ItemName.Login(String service, String account) -> {
        targets.put(service + "/" + account, Optional.empty());
        targets.put(service + ":" + account, Optional.empty());
        targets.put(account + "." + service, Optional.empty());
        targets.put(account + "@" + service, Optional.empty());
        targets.put(service, Optional.of(account));
      }
    }
    return targets;
  }

  @Override
  public KeychainItem read(ItemName name) throws SourceException {
    check(name);
    CredentialManager manager = library.get();
    List<KeychainItem> found = new ArrayList<>();
    try {
      for (var target : targets(name).entrySet()) {
        read(manager, target.getKey(), target.getValue()).ifPresent(found::add);
      }
      if (found.size() == 1) {
        return new KeychainItem(text(found.getFirst().value(), name), found.getFirst().version());
      }
      throw found.isEmpty()
          ? new SourceException(
              Reason.NOT_FOUND,
              TITLE + " has no " + name.text(),
              "cmdkey /generic:TARGET /user:USER /pass, or see keymantle source browse "
                  + settings.scheme())
          : new SourceException(
              Reason.FAILED,
              TITLE + " has " + found.size() + " items that answer to " + name.text(),
              "name one of them with ?target=NAME, as cmdkey /list shows it");
    } finally {
      found.forEach(KeychainItem::close);
    }
  }

  /// @param user whom the credential must be of, where the target does not say
  private Optional<KeychainItem> read(
      CredentialManager manager, String target, Optional<String> user) throws SourceException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      MemorySegment name = arena.allocateFrom(target, StandardCharsets.UTF_16LE);
      int error = manager.read(arena, name, WindowsCredential.GENERIC, out);
      if (error != 0) {
        requireOnlyMissing(error);
        return Optional.empty();
      }
      MemorySegment address = out.get(ADDRESS, 0);
      try {
        WindowsCredential found = WindowsCredential.at(address);
        boolean theirs = user.isEmpty() || user.get().equals(found.user());
        Optional<KeychainItem> item =
            theirs
                ? Optional.of(new KeychainItem(found.value(), found.written().toString()))
                : Optional.empty();
        found.zero();
        return item;
      } finally {
        manager.free(address);
      }
    }
  }

  /// The value in UTF-8, whatever Windows has it in.
  private byte[] text(byte[] value, ItemName name) throws SourceException {
    boolean wide = encoding.equals(StandardCharsets.UTF_16LE);
    for (byte each : value) {
      if (!wide && each == 0) {
        throw new SourceException(
            Reason.MALFORMED,
            name.text() + " is not UTF-8",
            "keymantle source set "
                + settings.scheme()
                + " --kind keychain --setting"
                + " encoding=utf-16");
      }
    }
    return wide ? narrow(value, name) : value.clone();
  }

  private static byte[] narrow(byte[] value, ItemName name) throws SourceException {
    CharBuffer characters = CharBuffer.allocate(0);
    ByteBuffer encoded = ByteBuffer.allocate(0);
    try {
      characters = StandardCharsets.UTF_16LE.newDecoder().decode(ByteBuffer.wrap(value));
      encoded = StandardCharsets.UTF_8.newEncoder().encode(characters);
      return Arrays.copyOf(encoded.array(), encoded.limit());
    } catch (CharacterCodingException e) {
      throw new SourceException(
          Reason.MALFORMED, name.text() + " is not UTF-16", "leave the setting encoding out");
    } finally {
      Arrays.fill(characters.array(), '\0');
      Arrays.fill(encoded.array(), (byte) 0);
    }
  }

  @Override
  public void test() throws SourceException {
    var _ = names();
  }

  @Override
  public List<ItemName> names() throws SourceException {
    CredentialManager manager = library.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      MemorySegment out = arena.allocate(ADDRESS);
      int error = manager.enumerate(arena, count, out);
      if (error != 0) {
        requireOnlyMissing(error);
        return List.of();
      }
      MemorySegment array = out.get(ADDRESS, 0);
      try {
        MemorySegment all = array.reinterpret(count.get(JAVA_INT, 0) * ADDRESS.byteSize());
        List<ItemName> names = new ArrayList<>();
        for (int i = 0; i < count.get(JAVA_INT, 0); i++) {
          WindowsCredential each = WindowsCredential.at(all.getAtIndex(ADDRESS, i));
          if (each.isGeneric()) {
            names.add(new ItemName.Attributes(Map.of("target", each.target())));
          }
          each.zero();
        }
        return names;
      } finally {
        manager.free(array);
      }
    }
  }

  /// By the codes of winerror.h; `ERROR_NOT_FOUND` is none.
  private static void requireOnlyMissing(int error) throws SourceException {
    String said = ": error " + error;
    switch (error) {
      case 1168 -> {}
      case 1312 ->
          throw new SourceException(
              Reason.UNAUTHENTICATED,
              TITLE + " has no credentials for this logon session" + said,
              "run the broker in the session of the user whose they are");
      case 5 ->
          throw new SourceException(
              Reason.FORBIDDEN,
              TITLE + " does not let the broker in" + said,
              "run the broker as the user whose credentials they are");
      case 1062, 1717, 1722 ->
          throw new SourceException(
              Reason.UNAVAILABLE, TITLE + " does not run" + said, "net start VaultSvc");
      default ->
          throw new SourceException(
              Reason.FAILED, TITLE + " refused" + said, "net helpmsg " + error);
    }
  }
}
