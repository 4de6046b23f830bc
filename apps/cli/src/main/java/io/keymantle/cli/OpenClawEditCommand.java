package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `openclaw edit`: opens the redacted text in the person's editor and saves it.
final class OpenClawEditCommand implements Command {
  @Override
  public CommandDescription describe() {
    return Describe.command("openclaw edit", "Edit an openclaw.json with its secrets hidden.")
        .details(
            "Opens the redacted text in $VISUAL or $EDITOR. When it is saved, each",
            "__OPENCLAW_REDACTED__ becomes the value that stands at its path; the file is replaced"
                + " whole,",
            "0600. A text that cannot be saved is kept, and its place is said.")
        .argument(0, "FILE", "The openclaw.json.")
        .examples(
            "keymantle openclaw edit ~/.openclaw/openclaw.json",
            "EDITOR=nano keymantle openclaw edit openclaw.json");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    String editor = editor(invocation);
    OpenClawFile file = OpenClawFile.open(invocation);
    // Private to this user; it holds no secret until the person types one.
    Path folder = Files.createTempDirectory("keymantle-edit");
    Path copy = folder.resolve("openclaw.json5");
    Files.writeString(copy, file.text());
    edit(invocation, editor, copy);
    String edited = Files.readString(copy);
    if (edited.equals(file.text())) {
      delete(copy, folder);
      return say(invocation, "unchanged", file.answer());
    }
    Map<String, Object> body = file.change();
    body.put("text", edited);
    try {
      JsonObject saved = file.broker().call("PUT", "/v1/openclaw", body).object();
      delete(copy, folder);
      return say(invocation, "saved", saved);
    } catch (RefusedException e) {
      invocation.note("not saved; your text is kept in " + copy);
      throw e;
    }
  }

  private static int say(Invocation invocation, String what, JsonObject file) {
    invocation.say(invocation.json() ? Json.text(file) : what + " " + file.text("path"));
    return ExitStatus.DONE;
  }

  private static String editor(Invocation invocation) {
    Terminal terminal = invocation.terminal();
    String visual = terminal.variable("VISUAL");
    String editor = visual.isEmpty() ? terminal.variable("EDITOR") : visual;
    if (editor.isEmpty()) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "neither VISUAL nor EDITOR says which editor to open",
          "EDITOR=nano keymantle openclaw edit " + invocation.argument(0));
    }
    return editor;
  }

  private static void edit(Invocation invocation, String editor, Path copy) throws IOException {
    // By the shell, because EDITOR may hold options; the file's name comes as an argument.
    ProcessBuilder builder =
        new ProcessBuilder(List.of("sh", "-c", editor + " \"$1\"", "sh", copy.toString()))
            .inheritIO();
    builder.environment().clear();
    builder.environment().putAll(invocation.terminal().environment());
    try {
      int status = builder.start().waitFor();
      if (status != 0) {
        throw RefusedException.of(
            ErrorCode.INVALID_REQUEST,
            "the editor ended with status " + status + ", so nothing was saved",
            "the text is in " + copy);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void delete(Path copy, Path folder) throws IOException {
    Files.delete(copy);
    Files.delete(folder);
  }
}
