package io.keymantle.demo;

import java.nio.file.Path;
import java.util.Arrays;

/// `keymantle demo` and `keymantle selftest`.
public final class Main {
  private Main() {}

  /// Ends the process with 0 when everything held, 1 when something did not, 2 on wrong usage.
  public static void main(String[] arguments) throws Exception {
    // The launcher names itself, so that the story is played through the same door as a user's.
    Path launcher = Path.of(System.getProperty("keymantle.launcher", "keymantle"));
    Terminal terminal = Terminal.ofThisProcess();
    String verb = arguments.length == 0 ? "" : arguments[0];
    try {
      int failures =
          switch (verb + Arrays.asList(arguments).stream().skip(1).toList()) {
            case "demo[]" -> new Demo(terminal, launcher).play();
            case "selftest[]" -> new Selftest(terminal, launcher, false).play();
            case "selftest[--json]" -> new Selftest(terminal, launcher, true).play();
            case "demo[--help]", "demo[-h]", "selftest[--help]", "selftest[-h]" -> help(terminal);
            default -> usage();
          };
      System.exit(failures == 0 ? 0 : failures < 0 ? 2 : 1);
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static int help(Terminal terminal) {
    terminal.line(
        """
        Usage: keymantle demo
               keymantle selftest [--json]

        demo      plays the main job end to end in a throw-away home, then attacks it; nothing of yours is touched
        selftest  runs the same attacks against your own running broker with canary values; your secrets are not touched

        Examples:
          keymantle demo
          keymantle selftest\
        """);
    return 0;
  }

  private static int usage() {
    System.err.println(
        "usage: keymantle demo | keymantle selftest [--json]; see keymantle demo --help");
    return -1;
  }
}
