package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.Binding;
import io.keymantle.domain.CommandBinding;
import io.keymantle.domain.CredentialKind;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Destination;
import io.keymantle.domain.Factor;
import io.keymantle.domain.Injection;
import io.keymantle.domain.NetworkBinding;
import io.keymantle.domain.PathPattern;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Rules;
import io.keymantle.domain.SourceReference;
import io.keymantle.domain.Surface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What is written is read back the same, and no text makes the reader fail but by a refusal.
/// Seeded: a failure names its seed.
class CredentialCodecPropertyTest {
  private static final CredentialName NAME = new CredentialName("any");

  @Test
  void everyCredential_isReadBackAsItWasWritten() {
    for (long seed = 0; seed < 3000; seed++) {
      CredentialSpec spec = spec(new SplittableRandom(seed));
      String text = CredentialCodec.text(spec);
      assertThat(CredentialCodec.read(NAME, text)).as("seed %d: %s", seed, text).isEqualTo(spec);
    }
  }

  @Test
  void everyChangedText_isReadOrRefused() {
    for (long seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      String text =
          "{credentials: {any: " + CredentialCodec.text(spec(random)) + "}, // c\n 'x': 0x1F}";
      String changed = change(random, text);
      assertThatCode(() -> parse(changed))
          .as("seed %d: %s", seed, changed)
          .doesNotThrowAnyException();
    }
  }

  private static void parse(String text) {
    try {
      CredentialImport.parse(text);
    } catch (RefusedException e) {
      assertThat(e.problem().message()).isNotEmpty().doesNotContain("\n");
    }
  }

  private static String change(SplittableRandom random, String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int at = random.nextInt(changed.length());
      switch (random.nextInt(4)) {
        case 0 -> changed.deleteCharAt(at);
        case 1 -> changed.insert(at, "\"'{}[],:\\/*+-.0xNu\u2028\0é".charAt(random.nextInt(21)));
        case 2 -> changed.setCharAt(at, (char) random.nextInt(0x10000));
        default -> changed.insert(at, changed.substring(at, random.nextInt(at, changed.length())));
      }
    }
    return changed.toString();
  }

  private static CredentialSpec spec(SplittableRandom random) {
    Set<AgentName> agents = new LinkedHashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      agents.add(new AgentName("agent-" + random.nextInt(100)));
    }
    List<Binding> bindings = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      bindings.add(random.nextBoolean() ? network(random) : command(random));
    }
    List<String> sources = List.of("store", "env:A", "file:/a b#/c~1d", "exec:/bin/cat \"x\\\" é");
    return new CredentialSpec(
        NAME,
        random.nextBoolean() ? CredentialKind.VALUE : CredentialKind.TOTP,
        SourceReference.parse(sources.get(random.nextInt(sources.size()))),
        bindings,
        new Rules(
            agents,
            random.nextBoolean(),
            approvals(random),
            Duration.ofSeconds(random.nextInt(1, 30 * 86_400)),
            random.nextInt(3)));
  }

  private static List<ApprovalRule> approvals(SplittableRandom random) {
    List<ApprovalRule> rules = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Set<PersonName> people =
          random.nextBoolean() ? Set.of() : Set.of(new PersonName("alice"), new PersonName("bob"));
      rules.add(
          new ApprovalRule(
              random.nextBoolean() ? Set.of() : Set.of(Factor.TOTP, Factor.PASSKEY),
              random.nextInt(1, 3),
              people,
              random.nextBoolean() ? Set.of() : people,
              random.nextBoolean(),
              random.nextBoolean() ? ApprovalRule.When.ALWAYS : when(random),
              random.nextBoolean(),
              Duration.ofSeconds(random.nextInt(601)),
              Duration.ofSeconds(random.nextInt(10, 86_401)),
              random.nextBoolean()
                  ? Optional.empty()
                  : Optional.of(Duration.ofSeconds(random.nextInt(3600)))));
    }
    return rules;
  }

  private static ApprovalRule.When when(SplittableRandom random) {
    return new ApprovalRule.When(
        random.nextBoolean() ? Set.of() : Set.of(new AgentName("main")),
        random.nextBoolean() ? Set.of() : Set.of("https://api.github.com", "/usr/bin/psql"),
        random.nextBoolean() ? Set.of() : Set.of("POST", "exec"),
        random.nextBoolean() ? List.of() : List.of(new PathPattern("/a/*/b/**")));
  }

  private static NetworkBinding network(SplittableRandom random) {
    List<Surface> surfaces =
        List.of(
            Surface.DEFAULT,
            new Surface.Header("x-api-key"),
            new Surface.Query("k\"ey"),
            new Surface.Path(),
            new Surface.JsonField("/a~0/b"),
            new Surface.FormField("é"));
    Surface surface = surfaces.get(random.nextInt(surfaces.size()));
    List<Injection.Format> formats =
        surface instanceof Surface.Header
            ? List.of(
                new Injection.Format.Bearer(),
                new Injection.Format.Raw(),
                new Injection.Format.Basic("us er"))
            : List.of(new Injection.Format.Raw());
    Injection injection =
        surface instanceof Surface.Path || random.nextBoolean()
            ? new Injection.ReplaceToken()
            : new Injection.Always(formats.get(random.nextInt(formats.size())));
    return new NetworkBinding(
        Destination.parse(random.nextBoolean() ? "https://[fd00::1]:8443" : "http://münchen.de"),
        random.nextBoolean() ? Set.of() : Set.of("GET", "PATCH"),
        random.nextBoolean() ? List.of() : List.of(new PathPattern("/a/*/b/**")),
        surface,
        injection,
        random.nextInt(1, 65),
        random.nextBoolean() ? List.of() : List.of("10.0.0.0/8", "fd00::/8"),
        random.nextBoolean() ? List.of() : List.of("/access_token"));
  }

  private static CommandBinding command(SplittableRandom random) {
    List<CommandBinding.Delivery> deliveries =
        List.of(
            new CommandBinding.Delivery.StandardInput(),
            new CommandBinding.Delivery.EnvironmentVariable("PGPASSWORD"),
            new CommandBinding.Delivery.TemporaryFile("KEY_FILE"));
    return new CommandBinding(
        Path.of("/usr/bin/psql"),
        random.nextBoolean() ? List.of() : List.of("-c", "se'lect *", "**"),
        deliveries.get(random.nextInt(deliveries.size())),
        random.nextBoolean(),
        random.nextBoolean() ? Optional.empty() : Optional.of(Path.of("/srv/a b")),
        random.nextBoolean() ? Set.of() : Set.of("LANG", "TZ"),
        Duration.ofSeconds(random.nextInt(1, 86_401)),
        random.nextLong(1, 1 << 30));
  }
}
