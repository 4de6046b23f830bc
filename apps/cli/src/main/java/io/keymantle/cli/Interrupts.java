package io.keymantle.cli;

import java.lang.reflect.Proxy;

/// Leaves Ctrl-C to an agent on this terminal: both get it, and it is the agent's to decide. A
/// handler rather than the ignoring of the signal, which programs started later would inherit.
///
/// `sun.misc.Signal` (module `jdk.unsupported`) is the only way to it, and using it directly is a
/// compiler warning that nothing can suppress; hence by reflection.
final class Interrupts {
  private Interrupts() {}

  static void leaveToChild() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object nothing =
          Proxy.newProxyInstance(
              handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> null);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), nothing);
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException("this Java runtime lacks jdk.unsupported", missing);
    }
  }
}
