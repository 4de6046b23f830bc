package io.keymantle.sandbox;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The handful of C library functions that the relay needs and Java does not have. Linux on x86_64
/// and aarch64, glibc or musl. Calls that can fail throw [IOException] naming the call.
///
/// Implementation note. All of them take whole numbers and addresses only, which both calling
/// conventions pass in the same registers whatever their width. So one handle of six longs serves
/// them all, and memory is direct buffers: the JVM then prepares one call shape instead of ten,
/// which is most of the relay's start. Buffers handed to C stay referenced by the caller for the
/// call.
final class NativeCalls {
  /// One entry `NAME=value` of an environment, ending in NUL, at a fixed address.
  record Variable(ByteBuffer memory) {
    static Variable of(byte[] entry) {
      return new Variable(ByteBuffer.allocateDirect(entry.length + 1).put(0, entry));
    }

    boolean isNamed(String name) {
      byte[] start = (name + "=").getBytes(StandardCharsets.UTF_8);
      return startsWith(memory, 0, start);
    }

    String text() {
      byte[] bytes = new byte[memory.capacity() - 1];
      memory.get(0, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_SECCOMP = 22;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int RLIMIT_CORE = 4;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int SPAWN_SET_DEFAULTS = 0x04;
  private static final int SPAWN_SET_MASK = 0x08;
  // INT and QUIT are ignored here on purpose, and the JVM meddles with PIPE; bit n-1 is signal n.
  private static final long RESET_SIGNALS = 1L << 1 | 1L << 2 | 1L << 12;
  // Larger than posix_spawnattr_t (336 bytes) and sigset_t (128 bytes) of any C library; both are
  // initialised by zeroes.
  private static final int ATTRIBUTES_SIZE = 1024;
  private static final int SIGNAL_SET_SIZE = 128;
  private static final int WORD = 8;
  private static final int MAX_ENTRY = 1 << 27;

  private final Linker linker = Linker.nativeLinker();
  private final MethodHandle six =
      linker.downcallHandle(
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));

  /// Other processes of the user can neither trace this one nor read its memory or environment.
  void hideFromTracing() throws IOException {
    check("prctl", call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0, 0));
  }

  void forbidCoreFiles() throws IOException {
    ByteBuffer limits = memory(2 * WORD);
    check("setrlimit", call("setrlimit", RLIMIT_CORE, address(limits), 0, 0, 0, 0));
  }

  /// No descriptor above standard error survives the next program start. Needs Linux 5.11.
  void closeDescriptorsOnSpawn() throws IOException {
    long all = 0xFFFF_FFFFL;
    check("close_range", call("close_range", 3, all, CLOSE_RANGE_CLOEXEC, 0, 0, 0));
  }

  /// Puts the filter on the calling thread and what it starts.
  void filterThisThread(byte[] program) throws IOException {
    check("prctl", call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0));
    ByteBuffer filter = memory(program.length).put(0, program);
    ByteBuffer header =
        memory(2 * WORD)
            .putShort(0, (short) (program.length / WORD))
            .putLong(WORD, address(filter));
    try {
      check("prctl", call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, address(header), 0, 0, 0));
    } finally {
      Reference.reachabilityFence(filter);
    }
  }

  /// The entries of this process's environment whose name starts with the prefix, without it; as
  /// they are, not decoded.
  List<Variable> environment(String prefix) {
    byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
    List<Variable> entries = new ArrayList<>();
    long pointers = at(symbol("environ"), WORD).getLong(0);
    for (long place = pointers; ; place += WORD) {
      long entry = at(place, WORD).getLong(0);
      if (entry == 0) {
        return entries;
      }
      ByteBuffer text = at(entry, MAX_ENTRY);
      if (startsWith(text, 0, start)) {
        int end = start.length;
        while (text.get(end) != 0) {
          end++;
        }
        byte[] bytes = new byte[end - start.length];
        text.get(start.length, bytes);
        entries.add(Variable.of(bytes));
      }
    }
  }

  /// Starts a program with the default signal handling.
  ///
  /// @return the process id, or the negative error number
  int spawn(String path, List<String> command, List<Variable> environment) {
    List<ByteBuffer> words = new ArrayList<>();
    for (String word : command) {
      words.add(Variable.of(word.getBytes(StandardCharsets.UTF_8)).memory());
    }
    ByteBuffer program = Variable.of(path.getBytes(StandardCharsets.UTF_8)).memory();
    List<ByteBuffer> variables = environment.stream().map(Variable::memory).toList();
    ByteBuffer arguments = pointers(words);
    ByteBuffer settings = pointers(variables);
    ByteBuffer none = memory(SIGNAL_SET_SIZE);
    ByteBuffer reset = memory(SIGNAL_SET_SIZE).putLong(0, RESET_SIGNALS);
    ByteBuffer attributes = memory(ATTRIBUTES_SIZE);
    ByteBuffer id = memory(WORD);
    try {
      long all = address(attributes);
      call("posix_spawnattr_setflags", all, SPAWN_SET_DEFAULTS | SPAWN_SET_MASK, 0, 0, 0, 0);
      call("posix_spawnattr_setsigdefault", all, address(reset), 0, 0, 0, 0);
      call("posix_spawnattr_setsigmask", all, address(none), 0, 0, 0, 0);
      int error =
          call(
              "posix_spawn",
              address(id),
              address(program),
              0,
              all,
              address(arguments),
              address(settings));
      return error == 0 ? id.getInt(0) : -error;
    } finally {
      Reference.reachabilityFence(
          List.of(words, variables, program, arguments, settings, none, reset, attributes));
    }
  }

  /// Waits for the process, and buries every orphan that ends before it.
  ///
  /// @return its exit status, or 128 and the number of the signal that ended it
  int waitFor(int process) throws IOException {
    ByteBuffer status = memory(WORD);
    while (true) {
      int ended = call("waitpid", -1, address(status), 0, 0, 0, 0);
      if (ended == process) {
        int word = status.getInt(0);
        int signal = word & 0x7f;
        return signal == 0 ? word >> 8 & 0xff : 128 + signal;
      }
      // An interrupted call is repeated; without any child it would fail for ever.
      if (ended < 0 && ProcessHandle.of(process).isEmpty()) {
        throw new IOException("waitpid failed");
      }
    }
  }

  private int call(String name, long a, long b, long c, long d, long e, long f) {
    try {
      return (int) (long) six.invokeExact(MemorySegment.ofAddress(symbol(name)), a, b, c, d, e, f);
    } catch (Error | RuntimeException defect) {
      throw defect;
    } catch (Throwable impossible) {
      throw new IllegalStateException("a C function threw", impossible);
    }
  }

  private long symbol(String name) {
    return linker.defaultLookup().findOrThrow(name).address();
  }

  private static ByteBuffer pointers(List<ByteBuffer> targets) {
    ByteBuffer table = memory((targets.size() + 1) * WORD);
    for (int i = 0; i < targets.size(); i++) {
      table.putLong(i * WORD, address(targets.get(i)));
    }
    return table;
  }

  private static ByteBuffer memory(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  private static long address(ByteBuffer memory) {
    return MemorySegment.ofBuffer(memory).address();
  }

  private static ByteBuffer at(long address, int size) {
    return MemorySegment.ofAddress(address)
        .reinterpret(size)
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }

  private static boolean startsWith(ByteBuffer text, int offset, byte[] start) {
    for (int i = 0; i < start.length; i++) {
      if (offset + i >= text.capacity() || text.get(offset + i) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static void check(String call, int result) throws IOException {
    if (result != 0) {
      throw new IOException(call + " failed");
    }
  }
}
