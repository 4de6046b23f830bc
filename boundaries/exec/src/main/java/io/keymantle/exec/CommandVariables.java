package io.keymantle.exec;

import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The environment of a command: nothing but an allow-list. Of the agent's variables only those
/// that the binding names pass, and none that makes programs run code or trust another server.
final class CommandVariables {
  private static final Map<String, String> BASE =
      Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8");

  private static final String[] STEERING_STARTS = {
    "LD_",
    "DYLD_",
    "GIT_",
    "NODE_",
    "NPM_",
    "YARN_",
    "BUN_",
    "DENO_",
    "PYTHON",
    "PIP_",
    "PERL",
    "RUBY",
    "GEM_",
    "BUNDLE_",
    "LUA_",
    "PHP",
    "BASH_",
    "ZDOTDIR",
    "JAVA_",
    "_JAVA",
    "JDK_",
    "MAVEN_",
    "GRADLE_",
    "TF_",
    "CARGO",
    "RUST",
    "GO",
    "CGO_",
    "MAKE",
    "CMAKE",
    "DOCKER_",
    "KUBE",
    "HELM_",
    "ANSIBLE_",
    "XDG_",
    "MALLOC_",
    "GLIBC_",
    "GCONV_",
    "OPENSSL_",
    "SSL_",
    "CURL_",
    "REQUESTS_",
    "KEYMANTLE_",
    "SSH_",
    "SUDO_",
    "LESS",
    "PSQL",
    "DBUS_"
  };

  private static final Set<String> STEERING =
      Set.of(
          "PATH",
          "HOME",
          "TMPDIR",
          "TMP",
          "TEMP",
          "SHELL",
          "ENV",
          "SHELLOPTS",
          "BASHOPTS",
          "PS1",
          "PS4",
          "IFS",
          "CDPATH",
          "PROMPT_COMMAND",
          "PAGER",
          "MANPAGER",
          "EDITOR",
          "VISUAL",
          "BROWSER",
          "LOCPATH",
          "NLSPATH",
          "HOSTALIASES",
          "LOCALDOMAIN",
          "RES_OPTIONS",
          "RESOLV_HOST_CONF",
          "TERMINFO",
          "TERMINFO_DIRS",
          "TERMCAP",
          "CLASSPATH",
          "INPUTRC",
          "PGSERVICEFILE",
          "PGSYSCONFDIR",
          "PGPASSFILE",
          "NO_PROXY",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "FTP_PROXY");

  private CommandVariables() {}

  /// @param settings variables of every command
  /// @param asked the agent's variables
  /// @throws RefusedException with [ErrorCode#COMMAND_NOT_ALLOWED] for a variable that may not pass
  static Map<String, String> of(
      CredentialName credential,
      CommandBinding binding,
      Map<String, String> settings,
      Map<String, String> asked) {
    Map<String, String> variables = new HashMap<>(BASE);
    asked.forEach((name, value) -> {
      if (!binding.environment().contains(name) || steers(name) || isDelivery(binding, name)) {
        throw RefusedException.about(
            credential,
            ErrorCode.COMMAND_NOT_ALLOWED,
            "the variable " + printable(name) + " may not be given to this command",
            steers(name)
                ? "leave it out: it could make the command run other code or trust others"
                : "leave it out, or add it to \"environment\" of the credential's binding");
      }
      if (value.indexOf('\0') >= 0) {
        throw RefusedException.about(
            credential,
            ErrorCode.INVALID_REQUEST,
            "the variable " + printable(name) + " contains a NUL character",
            "leave it out");
      }
      variables.put(name, value);
    });
    variables.putAll(settings);
    return variables;
  }

  /// Whether a variable can make programs run code, or send what they know elsewhere.
  static boolean steers(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || STEERING.contains(upper)) {
      return true;
    }
    for (String start : STEERING_STARTS) {
      if (upper.startsWith(start)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDelivery(CommandBinding binding, String name) {
    return switch (binding.delivery()) {
      case CommandBinding.Delivery.EnvironmentVariable(String variable) -> variable.equals(name);
      case CommandBinding.Delivery.TemporaryFile(String variable) -> variable.equals(name);
      case CommandBinding.Delivery.StandardInput() -> false;
    };
  }

  private static String printable(String name) {
    String plain = name.replaceAll("[^ -~]", "?");
    return plain.length() > 64 ? plain.substring(0, 64) + "…" : plain;
  }
}
