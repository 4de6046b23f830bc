package io.keymantle.server;

import io.keymantle.cli.Command;
import io.keymantle.cli.CommandDescription;
import io.keymantle.cli.Describe;
import io.keymantle.cli.ExitStatus;
import io.keymantle.cli.Invocation;
import io.keymantle.cli.UsageException;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RootKey;
import io.keymantle.ledger.LedgerPublicKey;
import io.keymantle.ledger.LedgerVerifier;
import io.keymantle.ledger.VerificationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `ledger verify`: checks the whole ledger offline. It opens no store and needs no broker; it may
/// run beside one.
final class LedgerVerifyCommand implements Command {
  /// A running broker moves on while its files are read; a finding that coincides with a new
  /// checkpoint is looked at again.
  private static final int TRIES = 5;

  @Override
  public CommandDescription describe() {
    return Describe.command("ledger verify", "Check the whole ledger offline.")
        .option(
            "--checkpoint",
            "FILE",
            "A witnessed checkpoint, kept elsewhere, that must be part of it.")
        .option(
            "--write-checkpoint",
            "FILE",
            "Copy the verified checkpoint to FILE, to keep elsewhere.")
        .flag(
            "--passphrase-stdin",
            "Check the journal's tags too, with the passphrase from standard input.")
        .details(
            "Finds any change of any byte made without the log's key; with a checkpoint that was"
                + " kept",
            "elsewhere also one made with it, and truncation.")
        .examples(
            "keymantle ledger verify",
            "keymantle ledger verify --write-checkpoint /mnt/usb/checkpoint",
            "keymantle ledger verify --checkpoint /mnt/usb/checkpoint");
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    HomeDirectory home = invocation.home();
    OpenHome.requireHome(home);
    Optional<Path> witnessed =
        invocation.has("--checkpoint")
            ? Optional.of(Path.of(invocation.text("--checkpoint")))
            : Optional.empty();
    if (witnessed.isPresent() && !Files.isReadable(witnessed.get())) {
      throw new UsageException(
          "the checkpoint file cannot be read",
          "name the file that ledger verify --write-checkpoint wrote");
    }
    VerificationReport report = verify(home, key(invocation), witnessed);
    if (report.ok() && invocation.has("--write-checkpoint")) {
      writeCheckpoint(report, Path.of(invocation.text("--write-checkpoint")).toAbsolutePath());
    }
    print(invocation, report);
    return report.ok() ? ExitStatus.DONE : ExitStatus.REFUSED;
  }

  /// Writes the checkpoint that was verified: a running broker may have signed another one since.
  private static void writeCheckpoint(VerificationReport report, Path target) throws IOException {
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(target)) {
      throw new UsageException(
          "the checkpoint cannot be written there", "--write-checkpoint FILE, in a folder that is");
    }
    WholeFile.write(target, report.checkpoint().orElseThrow().note());
  }

  /// With the private key where it is at hand, because then the journal's tags are checked too.
  private static Optional<RootKey> key(Invocation invocation) throws IOException {
    boolean keyFile = Keyring.protection(invocation.home().path()) == RootKey.Protection.KEY_FILE;
    return keyFile || invocation.flag("--passphrase-stdin")
        ? RootKeys.forHome(invocation)
        : Optional.empty();
  }

  private static VerificationReport verify(
      HomeDirectory home, Optional<RootKey> key, Optional<Path> witnessed) throws IOException {
    if (key.isPresent()) {
      try (Keyring keyring = Keyring.open(home.path(), key.get(), new SecureRandom())) {
        return settled(
            home, () -> LedgerVerifier.verify(home.ledger(), OpenHome.signer(keyring), witnessed));
      }
    }
    LedgerPublicKey publicKey = OpenHome.ledgerKey(home);
    return settled(home, () -> LedgerVerifier.verify(home.ledger(), publicKey, witnessed));
  }

  private static VerificationReport settled(
      HomeDirectory home, java.util.function.Supplier<VerificationReport> verification)
      throws IOException {
    Path checkpoint = home.ledger().resolve("checkpoint");
    VerificationReport report;
    int tries = 0;
    byte[] before;
    do {
      before = Files.exists(checkpoint) ? Files.readAllBytes(checkpoint) : new byte[0];
      report = verification.get();
      tries++;
    } while (!report.ok()
        && tries < TRIES
        && Files.exists(checkpoint)
        && !Arrays.equals(before, Files.readAllBytes(checkpoint)));
    return report;
  }

  private static void print(Invocation invocation, VerificationReport report) {
    if (!invocation.json()) {
      invocation.say(report.summary());
      report.problems().stream()
          .skip(1)
          .limit(20)
          .forEach(finding -> invocation.say("also: " + finding.line()));
      report.notes().forEach(note -> invocation.say("note: " + note));
      return;
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", report.ok());
    answer.put("size", report.size());
    answer.put("pending", report.pending());
    report.root().ifPresent(root -> answer.put("root", root.base64()));
    answer.put(
        "problems", report.problems().stream().map(VerificationReport.Finding::line).toList());
    answer.put("notes", List.copyOf(report.notes()));
    invocation.say(Lines.json(answer));
  }
}
