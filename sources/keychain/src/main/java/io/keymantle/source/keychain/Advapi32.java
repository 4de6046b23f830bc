package io.keymantle.source.keychain;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// Advapi32.dll, called in this process by the foreign function interface.
final class Advapi32 implements CredentialManager {
  private static final String ERROR = "GetLastError";

  private final Linker linker = Linker.nativeLinker();
  private final StructLayout state = Linker.Option.captureStateLayout();
  private final SymbolLookup library = SymbolLookup.libraryLookup("Advapi32", Arena.global());

  @Override
  public int read(Arena arena, MemorySegment target, int type, MemorySegment out) {
    return call(
        arena,
        "CredReadW",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
        target,
        type,
        0,
        out);
  }

  @Override
  public int enumerate(Arena arena, MemorySegment count, MemorySegment out) {
    return call(
        arena,
        "CredEnumerateW",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
        MemorySegment.NULL,
        0,
        count,
        out);
  }

  @Override
  public void free(MemorySegment credentials) {
    MethodHandle handle =
        linker.downcallHandle(library.findOrThrow("CredFree"), FunctionDescriptor.ofVoid(ADDRESS));
    try {
      handle.invokeExact(credentials);
    } catch (Throwable e) {
      throw failed("CredFree", e);
    }
  }

  /// The last error of a function that gives 0 when it fails; else 0.
  private int call(Arena arena, String function, FunctionDescriptor types, Object... arguments) {
    MemorySegment captured = arena.allocate(state);
    MethodHandle handle =
        linker
            .downcallHandle(
                library.findOrThrow(function), types, Linker.Option.captureCallState(ERROR))
            .bindTo(captured);
    try {
      boolean done = (int) handle.invokeWithArguments(arguments) != 0;
      return done
          ? 0
          : (int) state.varHandle(StructLayout.PathElement.groupElement(ERROR)).get(captured, 0L);
    } catch (Throwable e) {
      throw failed(function, e);
    }
  }

  private static RuntimeException failed(String function, Throwable e) {
    return switch (e) {
      case Error error -> throw error;
      case RuntimeException known -> known;
      default -> new IllegalStateException(function + " cannot be called", e);
    };
  }
}
