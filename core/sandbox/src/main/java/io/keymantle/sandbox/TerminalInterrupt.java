package io.keymantle.sandbox;

/// Leaves Ctrl-C to the agent: while this is open, SIGINT to this JVM does nothing, and programs
/// that it starts inherit that.
///
/// `sun.misc.Signal` (module `jdk.unsupported`) is the only way to it, and using it directly is a
/// compiler warning that nothing can suppress; hence by reflection.
final class TerminalInterrupt {
  private final Object before;

  private TerminalInterrupt(Object before) {
    this.before = before;
  }

  static TerminalInterrupt ignore() {
    try {
      return new TerminalInterrupt(
          handle(Class.forName("sun.misc.SignalHandler").getField("SIG_IGN").get(null)));
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException("this Java runtime lacks jdk.unsupported", missing);
    }
  }

  void giveBack() {
    try {
      handle(before);
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException("this Java runtime lacks jdk.unsupported", missing);
    }
  }

  private static Object handle(Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    return signal
        .getMethod("handle", signal, handlers)
        .invoke(null, signal.getConstructor(String.class).newInstance("INT"), handler);
  }
}
