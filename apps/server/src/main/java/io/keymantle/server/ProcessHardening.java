package io.keymantle.server;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes the broker's memory harder to read for other processes of the same user: not dumpable (no
/// ptrace attach, no `/proc/PID/mem`, no core by signal) and a core limit of 0. The attach
/// mechanism of the JVM is off by a launcher flag, which [#shortcomings] checks.
///
/// Not guaranteed: root reads everything; a kernel without these calls leaves the process as it
/// was, and says so.
final class ProcessHardening {
  private static final long PR_SET_DUMPABLE = 4;
  private static final long PR_GET_DUMPABLE = 3;
  private static final long RLIMIT_CORE = 4;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor FIVE_WORDS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private ProcessHardening() {}

  /// Applies what the platform offers and returns what could not be applied, one line each.
  ///
  /// @param ownSession also leave the terminal's session, so that closing the terminal ends nothing
  static List<String> apply(boolean ownSession) {
    List<String> failed = new ArrayList<>();
    if (!"Linux".equals(System.getProperty("os.name"))) {
      return List.of("process hardening is available on Linux only");
    }
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle prctl = function("prctl");
      if ((int) prctl.invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0
          || (int) prctl.invokeExact(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L) != 0) {
        failed.add("the process could not be made undumpable");
      }
      if (ownSession) {
        if ((int) function("setsid").invokeExact(0L, 0L, 0L, 0L, 0L) < 0) {
          failed.add("the process could not leave the terminal's session");
        }
      }
      MemorySegment none = arena.allocate(MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG));
      MethodHandle setrlimit = function("setrlimit");
      if ((int) setrlimit.invokeExact(RLIMIT_CORE, none.address(), 0L, 0L, 0L) != 0) {
        failed.add("the core limit could not be set to 0");
      }
    } catch (Throwable e) {
      failed.add("process hardening is not available: " + e.getClass().getSimpleName());
    }
    failed.addAll(shortcomings(commandLine()));
    return List.copyOf(failed);
  }

  /// A function of the C library, called with five words, of which it takes as many as it has: on
  /// Linux all of them travel in registers. One shape for all, since the JVM makes a class of each
  /// shape that it is asked for, which takes longer than everything else here.
  private static MethodHandle function(String name) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), FIVE_WORDS);
  }

  /// The whole command line: what [ProcessHandle] tells ends after 4 KiB, which a class path fills.
  private static List<String> commandLine() {
    try {
      return List.of(Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }

  /// What the JVM's own flags leave open.
  static List<String> shortcomings(List<String> jvmArguments) {
    return jvmArguments.contains("-XX:+DisableAttachMechanism")
        ? List.of()
        : List.of(
            "the JVM's attach mechanism is on; start the broker through the keymantle launcher");
  }
}
