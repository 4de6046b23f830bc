package io.keymantle.source.keychain;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Security.framework and CoreFoundation, called in this process by the foreign function interface:
/// no helper program sees a value.
///
/// Not guaranteed: that a value is nowhere else in memory. The framework's own copy of it is zeroed
/// here; what it kept on the way to it is its own matter.
final class SecurityFramework implements SecurityItems {
  private static final String FRAMEWORKS = "/System/Library/Frameworks/";
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final int UTF_8 = 0x08000100;

  /// Seconds from 1970 to 2001, where CoreFoundation's time begins.
  private static final long EPOCH = 978_307_200;

  private final SymbolLookup symbols;

  /// The system's own.
  SecurityFramework() {
    this(
        SymbolLookup.libraryLookup(FRAMEWORKS + "Security.framework/Security", Arena.global())
            .or(
                SymbolLookup.libraryLookup(
                    FRAMEWORKS + "CoreFoundation.framework/CoreFoundation", Arena.global())));
  }

  SecurityFramework(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  @Override
  public Answer copyMatching(Map<String, Object> query, List<String> wanted) {
    try (Arena arena = Arena.ofConfined();
        Created created = new Created()) {
      // Else a keychain that is a file would open a window, and wait for somebody at it.
      int silent =
          (int) call("SecKeychainSetUserInteractionAllowed", ints(ValueLayout.JAVA_BYTE), (byte) 0);
      if (silent != 0) {
        return new Answer(silent, List.of());
      }
      MemorySegment out = arena.allocate(POINTER);
      int status =
          (int)
              call(
                  "SecItemCopyMatching",
                  ints(POINTER, POINTER),
                  dictionary(query, created, arena),
                  out);
      MemorySegment answer = out.get(POINTER, 0);
      if (status != 0 || answer.address() == 0) {
        return new Answer(status, List.of());
      }
      created.add(answer);
      return new Answer(0, dictionaries(answer, wanted, arena));
    }
  }

  /// Objects that are to be released.
  private final class Created implements AutoCloseable {
    private final List<MemorySegment> objects = new ArrayList<>();

    MemorySegment add(MemorySegment object) {
      objects.add(object);
      return object;
    }

    @Override
    public void close() {
      objects.forEach(each -> call("CFRelease", FunctionDescriptor.ofVoid(POINTER), each));
    }
  }

  private MemorySegment dictionary(Map<String, Object> query, Created created, Arena arena) {
    MemorySegment dictionary =
        created.add(
            pointer(
                "CFDictionaryCreateMutable",
                pointers(POINTER, LONG, POINTER, POINTER),
                MemorySegment.NULL,
                0L,
                symbol("kCFTypeDictionaryKeyCallBacks"),
                symbol("kCFTypeDictionaryValueCallBacks")));
    query.forEach((key, value) ->
        call(
            "CFDictionarySetValue",
            FunctionDescriptor.ofVoid(POINTER, POINTER, POINTER),
            dictionary,
            constant(key),
            object(value, created, arena)));
    return dictionary;
  }

  private MemorySegment object(Object value, Created created, Arena arena) {
    return switch (value) {
      case Constant constant -> constant(constant.name());
      case Boolean truth -> constant(truth ? "kCFBooleanTrue" : "kCFBooleanFalse");
      case byte[] bytes ->
          created.add(
              pointer(
                  "CFDataCreate",
                  pointers(POINTER, POINTER, LONG),
                  MemorySegment.NULL,
                  copy(bytes, arena),
                  (long) bytes.length));
      default -> {
        byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
        yield created.add(
            pointer(
                "CFStringCreateWithBytes",
                pointers(POINTER, POINTER, LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_BYTE),
                MemorySegment.NULL,
                copy(bytes, arena),
                (long) bytes.length,
                UTF_8,
                (byte) 0));
      }
    };
  }

  private static MemorySegment copy(byte[] bytes, Arena arena) {
    return arena.allocate(Math.max(1, bytes.length)).copyFrom(MemorySegment.ofArray(bytes));
  }

  /// One dictionary, or all of an array.
  private List<Map<String, Object>> dictionaries(
      MemorySegment answer, List<String> wanted, Arena arena) {
    if (type(answer) != type("CFArray")) {
      return List.of(values(answer, wanted, arena));
    }
    List<Map<String, Object>> all = new ArrayList<>();
    long count = number("CFArrayGetCount", answer);
    for (long i = 0; i < count; i++) {
      MemorySegment each = pointer("CFArrayGetValueAtIndex", pointers(POINTER, LONG), answer, i);
      all.add(values(each, wanted, arena));
    }
    return all;
  }

  private Map<String, Object> values(MemorySegment dictionary, List<String> wanted, Arena arena) {
    Map<String, Object> values = new HashMap<>();
    for (String key : wanted) {
      MemorySegment value =
          pointer("CFDictionaryGetValue", pointers(POINTER, POINTER), dictionary, constant(key));
      if (value.address() == 0) {
        continue;
      }
      long type = type(value);
      if (type == type("CFString")) {
        values.put(key, text(value, arena));
      } else if (type == type("CFData")) {
        values.put(key, bytes(value));
      } else if (type == type("CFDate")) {
        double seconds =
            (double)
                call(
                    "CFDateGetAbsoluteTime",
                    FunctionDescriptor.of(ValueLayout.JAVA_DOUBLE, POINTER),
                    value);
        values.put(key, Instant.ofEpochSecond(EPOCH + (long) seconds));
      }
    }
    return values;
  }

  private String text(MemorySegment string, Arena arena) {
    // As many bytes as UTF-8 needs at most for what UTF-16 counts, and the zero behind it.
    long room = number("CFStringGetLength", string) * 3 + 1;
    MemorySegment buffer = arena.allocate(room);
    byte done =
        (byte)
            call(
                "CFStringGetCString",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_BYTE, POINTER, POINTER, LONG, ValueLayout.JAVA_INT),
                string,
                buffer,
                room,
                UTF_8);
    return done == 0 ? "" : buffer.getString(0);
  }

  private byte[] bytes(MemorySegment data) {
    long length = number("CFDataGetLength", data);
    MemorySegment content =
        pointer("CFDataGetBytePtr", pointers(POINTER), data).reinterpret(length);
    byte[] copy = content.toArray(ValueLayout.JAVA_BYTE);
    // It is freed when the answer is released, and nobody else has it.
    content.fill((byte) 0);
    return copy;
  }

  private long type(MemorySegment object) {
    return number("CFGetTypeID", object);
  }

  private long type(String name) {
    return (long) call(name + "GetTypeID", FunctionDescriptor.of(LONG));
  }

  private long number(String function, MemorySegment object) {
    return (long) call(function, FunctionDescriptor.of(LONG, POINTER), object);
  }

  private MemorySegment pointer(String function, FunctionDescriptor types, Object... arguments) {
    return (MemorySegment) call(function, types, arguments);
  }

  private static FunctionDescriptor pointers(MemoryLayout... arguments) {
    return FunctionDescriptor.of(POINTER, arguments);
  }

  private static FunctionDescriptor ints(MemoryLayout... arguments) {
    return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
  }

  private MemorySegment symbol(String name) {
    return symbols.findOrThrow(name);
  }

  /// What an exported variable points to.
  private MemorySegment constant(String name) {
    return symbol(name).reinterpret(POINTER.byteSize()).get(POINTER, 0);
  }

  private Object call(String function, FunctionDescriptor types, Object... arguments) {
    MethodHandle handle = Linker.nativeLinker().downcallHandle(symbol(function), types);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(function + " cannot be called", e);
    }
  }
}
