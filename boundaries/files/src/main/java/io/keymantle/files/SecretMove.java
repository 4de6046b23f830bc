package io.keymantle.files;

import io.keymantle.control.Actor;
import io.keymantle.control.Catalogue;
import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialImport;
import io.keymantle.control.CredentialSpec;
import io.keymantle.control.ImportOffer;
import io.keymantle.control.ImportTerms;
import io.keymantle.domain.ConfigurationChange;
import io.keymantle.domain.ConfigurationProtection;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.SealedValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// Moves a secret from a file to the store: what the file says then, and the credential that has
/// the value. The value leaves this room sealed.
final class SecretMove {
  private final Catalogue catalogue;
  private final IntakeKey key;
  private final SchemaFields schema;

  SecretMove(Catalogue catalogue, IntakeKey key, SchemaFields schema) {
    this.catalogue = catalogue;
    this.key = key;
    this.schema = schema;
  }

  /// What a move will do.
  ///
  /// @param text the redacted text with the reference in place of the sentinel
  record Planned(
      CredentialName name, SealedValue value, String text, ConfigurationChange.Created created) {}

  /// @throws RefusedException with `not_found`, `invalid_request`, `invalid_name` or
  ///   `already_exists`
  Planned plan(RedactedConfiguration file, ConfigurationProtection request) {
    Located at =
        Located.at(file.redacted().root(), request.pointer(), schema)
            .filter(found -> file.parts().containsKey(found.path().pointer()))
            .orElseThrow(() ->
                RefusedException.of(
                    ErrorCode.NOT_FOUND,
                    "no plaintext secret was found at this pointer",
                    "take the pointer of a finding"));
    String value = valueOf(file.fields().getOrDefault(at.path().pointer(), ""));
    SecretPart part = file.parts().getOrDefault(at.path().pointer(), SecretPart.whole(value, ""));
    if (part.start() > 0 && value.charAt(part.start() - 1) == '$') {
      // Behind a dollar, ${NAME} would be OpenClaw's escape for the text itself.
      part = SecretPart.whole(value, part.why());
    }
    Protection as = Protection.parse(request.as());
    as.require(at.path(), value, part);
    CredentialName name = name(request, at.path());
    String variable = CredentialNaming.variable(at.path(), name);
    String replacement = as.replacement(value, part, name, variable, EnvironmentProvider.of(file));
    String secret = EnvironmentReference.literal(part.of(value)).orElseThrow();
    SealedValue sealed = seal(secret, name);
    String text =
        Splice.apply(
            file.text(), List.of(new Splice(at.node().start(), at.node().end(), replacement)));
    boolean asVariable = as != Protection.TOKEN;
    return new Planned(
        name,
        sealed,
        text,
        new ConfigurationChange.Created(
            name,
            request.rotate(),
            asVariable ? Optional.of(variable) : Optional.empty(),
            NextSteps.of(as, name, variable, NextSteps.destination(file, at.path()))));
  }

  /// Every plaintext secret of a file for a credential of its own, and the credentials that the
  /// file itself has rules for. The file stays as it is.
  List<ImportOffer> offers(RedactedConfiguration file, ImportTerms terms) {
    SequencedMap<CredentialName, CredentialSpec> specs = new LinkedHashMap<>();
    if (file.original().root() instanceof Node.Members members
        && members.member("credentials").isPresent()) {
      CredentialImport.parse(file.original().text()).forEach(spec -> specs.put(spec.name(), spec));
    }
    Set<String> taken = new HashSet<>();
    List<ImportOffer> offers = new ArrayList<>();
    for (String pointer : file.parts().keySet()) {
      Located at = Located.at(file.redacted().root(), pointer, schema).orElseThrow();
      String value = valueOf(file.fields().getOrDefault(pointer, ""));
      CredentialName name =
          new CredentialName(terms.names().prefix() + CredentialNaming.unused(at.path(), taken));
      taken.add(name.value().substring(terms.names().prefix().length()));
      String secret =
          EnvironmentReference.literal(
                  file.parts().getOrDefault(pointer, SecretPart.whole(value, "")).of(value))
              .orElse("");
      if (!terms.names().takes(name) || secret.isEmpty()) {
        continue;
      }
      CredentialSpec spec = specs.getOrDefault(name, terms.spec(name));
      specs.remove(name);
      Optional<SealedValue> sealed =
          terms.rehearsal() ? Optional.empty() : Optional.of(seal(secret, name));
      offers.add(new ImportOffer(at.path().label(), spec, sealed, true, ""));
    }
    specs.forEach((name, spec) -> {
      if (terms.names().takes(name)) {
        boolean hasValue = !spec.source().isStore();
        offers.add(new ImportOffer("credentials." + name, spec, Optional.empty(), hasValue, ""));
      }
    });
    return offers;
  }

  private SealedValue seal(String secret, CredentialName name) {
    return Intake.seal(key, secret.getBytes(StandardCharsets.UTF_8), name.value());
  }

  private CredentialName name(ConfigurationProtection request, FieldPath path) {
    Set<String> taken =
        catalogue.list().stream()
            .map(Credential::name)
            .map(CredentialName::value)
            .collect(Collectors.toSet());
    if (request.name().isEmpty()) {
      return CredentialNaming.unused(path, taken);
    }
    CredentialName name = new CredentialName(request.name());
    if (taken.contains(name.value()) && !request.rotate()) {
      throw RefusedException.about(
          name,
          ErrorCode.ALREADY_EXISTS,
          "there is a credential of this name already",
          "choose another name, or say that it takes the value as its new one (rotate)");
    }
    return name;
  }

  ConfigurationChange.Created store(Actor.Person person, Planned planned) {
    if (planned.created().rotated()) {
      catalogue.rotate(person, planned.name(), planned.value());
    } else {
      catalogue.add(person, CredentialCodec.read(planned.name(), "{}"), planned.value());
    }
    return planned.created();
  }

  /// Takes a new credential away again when the file could not be written; a rotated one stays.
  void undo(Actor.Person person, ConfigurationChange.Created created) {
    if (!created.rotated()) {
      catalogue.remove(person, created.credential());
    }
  }

  /// What a value as it is written in the file means.
  private static String valueOf(String written) {
    return switch (ConfigurationText.parse(written).root()) {
      case Node.Text text -> text.value();
      case Node.Literal literal -> literal.token();
      case Node.Members _, Node.Elements _ ->
          throw new IllegalStateException("only values are hidden, no objects");
    };
  }
}
