package io.keymantle.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DestinationTest {
  @Test
  void spellings_ofOneHost_areOneDestination() {
    for (String spelling :
        List.of("api.example.com", "API.Example.COM", "api.example.com.", "api.example.com:443")) {
      assertThat(Destination.ofAuthority(Scheme.HTTPS, spelling))
          .isEqualTo(new Destination(Scheme.HTTPS, "api.example.com", 443));
    }
    assertThat(Destination.parse("https://bücher.example/").host())
        .isEqualTo("xn--bcher-kva.example");
    assertThat(Destination.parse("https://[2001:DB8:0:0:0:0:0:1]:8443").toString())
        .isEqualTo("https://[2001:db8::1]:8443");
  }

  @Test
  void hosts_thatParsersReadDifferently_areRefused() {
    for (String host :
        List.of(
            "",
            ".",
            "a..b",
            ".a",
            "-a.b",
            "a-.b",
            "a.b-",
            "a.-b",
            "127.1",
            "0x7f.1",
            "1.2.3.4.",
            "0177.0.0.1",
            "2130706433",
            "a.0x1f",
            "a.1",
            "a b",
            "a/b",
            "a%2eb",
            "u@h",
            "a:b:1",
            "[::1",
            "[::ffff:1.2.3.4]",
            "[fe80::1%eth0]",
            "a".repeat(64) + ".b",
            "a.".repeat(127) + "abc")) {
      assertThatThrownBy(() -> Destination.ofAuthority(Scheme.HTTPS, host))
          .as(host)
          .isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void canonicalHost_isReadAsAnyOtherSpellingOfItIs() {
    Random random = new Random(7);
    String alphabet = "ax09-.";
    int accepted = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder("x");
      for (int i = random.nextInt(9); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String host = text.toString();
      String canonical = read(host);
      assertThat(canonical).as(host).isEqualTo(read(host.toUpperCase(Locale.ROOT)));
      accepted += canonical.equals(host) ? 1 : 0;
    }
    assertThat(accepted).isBetween(2_000, 18_000);
  }

  private static String read(String host) {
    try {
      return new Destination(Scheme.HTTPS, host, 443).host();
    } catch (RefusedException e) {
      return "refused";
    }
  }
}
