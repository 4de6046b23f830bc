package io.keymantle.cli;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.ImportNames;
import io.keymantle.domain.RefusedException;
import io.keymantle.intake.Dotenv;
import io.keymantle.intake.Intake;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.MalformedDotenvException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The variables of a dotenv file. The file is read here, where its owner is; each value leaves
/// sealed to the broker, and a rehearsal's do not leave at all.
record DotenvImport(Invocation invocation, Map<String, Object> fields) {
  /// Bytes of sealed values in one request.
  private static final int ONE_REQUEST = 1 << 20;

  /// @param content zeroed before this returns
  void run(byte[] content, ImportOutcome outcome) throws IOException {
    List<Dotenv.Variable> variables = List.of();
    try {
      variables = Dotenv.all(content);
      importAll(variables, outcome);
    } catch (MalformedDotenvException e) {
      throw RefusedException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "the file " + e.getMessage(),
          "mend it, then run it again");
    } finally {
      Arrays.fill(content, (byte) 0);
      variables.forEach(Dotenv.Variable::close);
    }
  }

  private void importAll(List<Dotenv.Variable> variables, ImportOutcome outcome)
      throws IOException {
    ImportNames names = ImportOutcome.names(invocation, "");
    Map<String, Dotenv.Variable> wanted = new LinkedHashMap<>();
    for (Dotenv.Variable variable : variables) {
      CredentialName name = names.name(variable.name());
      if (!names.takes(name)) {
        continue;
      }
      if (variable.value().length == 0) {
        outcome.skip(variable.name(), "it is empty");
      } else if (variable.value().length > Intake.MAX_LENGTH) {
        outcome.skip(variable.name(), "it is over " + Intake.MAX_LENGTH + " bytes");
      } else if (wanted.putIfAbsent(name.value(), variable) != null) {
        outcome.skip(variable.name(), "it would be called " + name + ", as another variable is");
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    AdminClient broker = invocation.admin();
    Map<String, Object> body = ImportOutcome.terms(invocation, fields);
    body.remove("only");
    body.remove("prefix");
    Map<String, Object> places = new LinkedHashMap<>();
    wanted.forEach((name, variable) -> places.put(name, variable.name()));
    body.put("from", places);
    if (invocation.flag("--dry-run")) {
      body.put("names", new ArrayList<>(wanted.keySet()));
      outcome.add(broker.post("/v1/imports/values", body));
      return;
    }
    send(broker, body, wanted, outcome);
  }

  private static void send(
      AdminClient broker,
      Map<String, Object> body,
      Map<String, Dotenv.Variable> wanted,
      ImportOutcome outcome)
      throws IOException {
    IntakeKey key = IntakeKey.parse(broker.get("/v1/intake-key").text("key"));
    Map<String, Object> sealed = new LinkedHashMap<>();
    int length = 0;
    for (Map.Entry<String, Dotenv.Variable> each : wanted.entrySet()) {
      String text = Intake.seal(key, each.getValue().value(), each.getKey()).text();
      if (length + text.length() > ONE_REQUEST) {
        body.put("values", sealed);
        outcome.add(broker.post("/v1/imports/values", body));
        sealed = new LinkedHashMap<>();
        length = 0;
      }
      sealed.put(each.getKey(), text);
      length += text.length();
    }
    body.put("values", sealed);
    outcome.add(broker.post("/v1/imports/values", body));
  }
}
