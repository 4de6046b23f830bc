package io.keymantle.source.keychain;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A fake of the Security and CoreFoundation frameworks: C functions of the types that Apple's
/// headers give them (https://developer.apple.com/documentation/corefoundation), which end in Java.
/// Its keychain has what a test puts there.
@SuppressWarnings("unused") // Each function is found by its name.
final class FakeSecurityFramework implements SymbolLookup {
  private final Arena arena = Arena.ofAuto();
  private final Map<String, MemorySegment> symbols = new HashMap<>();
  private final Map<Long, Object> objects = new HashMap<>();
  private final Map<Long, String> constants = new HashMap<>();
  private final List<MemorySegment> handedOut = new ArrayList<>();

  /// The items of its keychain: text, byte arrays and moments, by the names of their keys.
  final List<Map<String, Object>> items = new ArrayList<>();

  /// What it was asked, likewise.
  final List<Map<String, Object>> queries = new ArrayList<>();

  /// The OSStatus of the next answers.
  int status;

  boolean mayAsk = true;
  int created;
  int released;

  FakeSecurityFramework() throws ReflectiveOperationException {
    function("SecKeychainSetUserInteractionAllowed", JAVA_INT, JAVA_BYTE);
    function("SecItemCopyMatching", JAVA_INT, ADDRESS, ADDRESS);
    function("CFDictionaryCreateMutable", ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    function("CFDictionarySetValue", null, ADDRESS, ADDRESS, ADDRESS);
    function("CFDictionaryGetValue", ADDRESS, ADDRESS, ADDRESS);
    function("CFStringCreateWithBytes", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_BYTE);
    function("CFStringGetLength", JAVA_LONG, ADDRESS);
    function("CFStringGetCString", JAVA_BYTE, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    function("CFDataCreate", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    function("CFDataGetLength", JAVA_LONG, ADDRESS);
    function("CFDataGetBytePtr", ADDRESS, ADDRESS);
    function("CFDateGetAbsoluteTime", JAVA_DOUBLE, ADDRESS);
    function("CFArrayGetCount", JAVA_LONG, ADDRESS);
    function("CFArrayGetValueAtIndex", ADDRESS, ADDRESS, JAVA_LONG);
    function("CFGetTypeID", JAVA_LONG, ADDRESS);
    function("CFRelease", null, ADDRESS);
    for (String type : List.of("CFArray", "CFString", "CFData", "CFDate")) {
      symbols.put(
          type + "GetTypeID",
          stub(MethodHandles.constant(long.class, id(type)), FunctionDescriptor.of(JAVA_LONG)));
    }
  }

  private void function(String name, MemoryLayout result, MemoryLayout... arguments)
      throws ReflectiveOperationException {
    FunctionDescriptor types =
        result == null
            ? FunctionDescriptor.ofVoid(arguments)
            : FunctionDescriptor.of(result, arguments);
    MethodType type = types.toMethodType();
    symbols.put(name, stub(MethodHandles.lookup().bind(this, name, type), types));
  }

  private MemorySegment stub(java.lang.invoke.MethodHandle handle, FunctionDescriptor types) {
    return Linker.nativeLinker().upcallStub(handle, types, arena);
  }

  /// A function, or the address of a constant, which holds the address of what it stands for.
  @Override
  public Optional<MemorySegment> find(String name) {
    return Optional.of(
        symbols.computeIfAbsent(
            name,
            each -> {
              MemorySegment object = arena.allocate(1);
              constants.put(object.address(), each);
              MemorySegment variable = arena.allocate(ADDRESS);
              variable.set(ADDRESS, 0, object);
              return variable;
            }));
  }

  /// The frameworks' own copies of values that were handed out.
  boolean hasZeroedWhatItHandedOut() {
    return !handedOut.isEmpty()
        && handedOut.stream()
            .allMatch(each -> each.mismatch(arena.allocate(each.byteSize())) == -1);
  }

  private static long id(String type) {
    return type.hashCode();
  }

  private MemorySegment object(Object value) {
    MemorySegment address = arena.allocate(1);
    objects.put(address.address(), value);
    return address;
  }

  private Object value(MemorySegment object) {
    return constants.containsKey(object.address())
        ? constants.get(object.address())
        : objects.get(object.address());
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> dictionary(MemorySegment object) {
    return (Map<String, Object>) value(object);
  }

  private int SecKeychainSetUserInteractionAllowed(byte allowed) {
    mayAsk = allowed != 0;
    return 0;
  }

  private int SecItemCopyMatching(MemorySegment query, MemorySegment out) {
    Map<String, Object> asked = dictionary(query);
    queries.add(asked);
    if (status != 0) {
      return status;
    }
    List<MemorySegment> found =
        items.stream().filter(each -> matches(asked, each)).map(this::object).toList();
    if (found.isEmpty()) {
      return -25300;
    }
    created++;
    boolean all = "kSecMatchLimitAll".equals(asked.get("kSecMatchLimit"));
    out.reinterpret(ADDRESS.byteSize()).set(ADDRESS, 0, all ? object(found) : found.getFirst());
    return 0;
  }

  private static boolean matches(Map<String, Object> asked, Map<String, Object> item) {
    return asked.entrySet().stream()
        .filter(each -> each.getKey().matches("kSecClass|kSecAttr.*|kSecValue.*"))
        .allMatch(each ->
            each.getValue() instanceof byte[] bytes
                ? java.util.Arrays.equals(bytes, (byte[]) item.get(each.getKey()))
                : each.getValue().equals(item.get(each.getKey())));
  }

  private MemorySegment CFDictionaryCreateMutable(
      MemorySegment allocator, long capacity, MemorySegment keys, MemorySegment values) {
    created++;
    return object(new HashMap<String, Object>());
  }

  private void CFDictionarySetValue(MemorySegment in, MemorySegment key, MemorySegment value) {
    dictionary(in).put((String) value(key), value(value));
  }

  private MemorySegment CFDictionaryGetValue(MemorySegment in, MemorySegment key) {
    Object value = dictionary(in).get((String) value(key));
    return value == null ? MemorySegment.NULL : object(value);
  }

  private static byte[] bytes(MemorySegment from, long length) {
    return from.reinterpret(length).toArray(JAVA_BYTE);
  }

  private MemorySegment CFStringCreateWithBytes(
      MemorySegment allocator, MemorySegment from, long length, int encoding, byte external) {
    created++;
    return object(
        encoding == 0x08000100 ? new String(bytes(from, length), StandardCharsets.UTF_8) : "?");
  }

  private long CFStringGetLength(MemorySegment string) {
    return ((String) value(string)).length();
  }

  private byte CFStringGetCString(
      MemorySegment string, MemorySegment buffer, long size, int encoding) {
    String text = (String) value(string);
    if (text.getBytes(StandardCharsets.UTF_8).length >= size) {
      return 0;
    }
    buffer.reinterpret(size).setString(0, text);
    return 1;
  }

  private MemorySegment CFDataCreate(MemorySegment allocator, MemorySegment from, long length) {
    created++;
    return object(bytes(from, length));
  }

  private long CFDataGetLength(MemorySegment data) {
    return ((byte[]) value(data)).length;
  }

  private MemorySegment CFDataGetBytePtr(MemorySegment data) {
    byte[] bytes = (byte[]) value(data);
    MemorySegment copy = arena.allocate(bytes.length + 1).asSlice(0, bytes.length);
    handedOut.add(copy.copyFrom(MemorySegment.ofArray(bytes)));
    return copy;
  }

  private double CFDateGetAbsoluteTime(MemorySegment date) {
    return ((Instant) value(date)).getEpochSecond() - 978_307_200;
  }

  private long CFArrayGetCount(MemorySegment array) {
    return ((List<?>) value(array)).size();
  }

  private MemorySegment CFArrayGetValueAtIndex(MemorySegment array, long index) {
    return (MemorySegment) ((List<?>) value(array)).get((int) index);
  }

  private long CFGetTypeID(MemorySegment object) {
    return switch (value(object)) {
      case List<?> _ -> id("CFArray");
      case String _ -> id("CFString");
      case byte[] _ -> id("CFData");
      case Instant _ -> id("CFDate");
      default -> id("CFDictionary");
    };
  }

  private void CFRelease(MemorySegment object) {
    released++;
  }
}
