package io.keymantle.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandVariablesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "LD_PRELOAD",
        "LD_AUDIT",
        "ld_preload",
        "GIT_CONFIG_GLOBAL",
        "NODE_OPTIONS",
        "PYTHONPATH",
        "PERL5OPT",
        "RUBYOPT",
        "BASH_ENV",
        "ENV",
        "BASH_FUNC_ls%%",
        "JAVA_TOOL_OPTIONS",
        "_JAVA_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "PATH",
        "HOME",
        "IFS",
        "PAGER",
        "EDITOR",
        "https_proxy",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "CURL_HOME",
        "GLIBC_TUNABLES",
        "GCONV_PATH",
        "npm_config_x",
        "KEYMANTLE_HOME",
        "MAKEFLAGS",
        "XDG_CONFIG_HOME",
        "a b",
        "a=b",
        "",
        "PGSERVICEFILE"
      })
  void variable_thatSteersPrograms_isKnown(String name) {
    assertThat(CommandVariables.steers(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PGDATABASE", "LANG", "TZ", "COLUMNS", "APP_MODE", "LC_ALL", "PGHOST"})
  void variable_ofAProgramsOwn_mayPass(String name) {
    assertThat(CommandVariables.steers(name)).isFalse();
  }

  @Test
  void variable_withAnEqualsSign_isNotAName() {
    assertThat(CommandVariables.steers("A=LD_PRELOAD")).isTrue();
  }
}
