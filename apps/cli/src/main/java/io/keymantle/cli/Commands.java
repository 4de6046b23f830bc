package io.keymantle.cli;

import java.util.List;
import java.util.Optional;

/// The table of all verbs. A verb's class is loaded when it is called and not before.
final class Commands {
  /// Every verb as it is typed, in the order of the overview.
  static final List<String> NAMES =
      List.of(
          "init",
          "up",
          "down",
          "status",
          "doctor",
          "login",
          "logout",
          "whoami",
          "person add",
          "person list",
          "person reset",
          "person role",
          "person remove",
          "person password",
          "totp enroll",
          "totp confirm",
          "totp status",
          "totp recovery-codes",
          "totp disable",
          "credential add",
          "credential set",
          "credential rotate",
          "credential show",
          "credential list",
          "credential remove",
          "credential import",
          "openclaw show",
          "openclaw scan",
          "openclaw edit",
          "openclaw protect",
          "agent add",
          "agent list",
          "agent revoke",
          "run",
          "exec",
          "request",
          "redact",
          "approval list",
          "approval show",
          "approval approve",
          "approval deny",
          "approval watch",
          "token create",
          "token list",
          "token rotate",
          "token revoke",
          "source list",
          "source set",
          "source show",
          "source check",
          "source test",
          "source browse",
          "source remove",
          "webhook add",
          "webhook list",
          "webhook remove",
          "grant list",
          "grant revoke",
          "grant validate",
          "ledger tail",
          "ledger verify",
          "ledger prove",
          "ledger export",
          "backup",
          "restore",
          "rekey",
          "service install",
          "service remove",
          "selftest",
          "demo",
          "completion");

  private Commands() {}

  /// Whether a first word needs a second one.
  static boolean isNoun(String word) {
    return switch (word) {
      case "credential",
          "agent",
          "approval",
          "grant",
          "ledger",
          "openclaw",
          "service",
          "source",
          "token",
          "totp",
          "person",
          "webhook" ->
          true;
      default -> false;
    };
  }

  static Optional<Command> find(String name) {
    return switch (name) {
      case "down" -> Optional.of(new DownCommand());
      case "status" -> Optional.of(new StatusCommand());
      case "doctor" -> Optional.of(new DoctorCommand());
      case "login" -> Optional.of(new LoginCommand());
      case "logout" -> Optional.of(new LogoutCommand());
      case "whoami" -> Optional.of(new WhoamiCommand());
      case "person add" -> Optional.of(new PersonAddCommand());
      case "person list" -> Optional.of(new PersonListCommand());
      case "person reset" -> Optional.of(new PersonResetCommand());
      case "person role" -> Optional.of(new PersonRoleCommand());
      case "person remove" -> Optional.of(new PersonRemoveCommand());
      case "person password" -> Optional.of(new PersonPasswordCommand());
      case "totp enroll" -> Optional.of(new TotpEnrollCommand());
      case "totp confirm" -> Optional.of(new TotpConfirmCommand());
      case "totp status" -> Optional.of(new TotpStatusCommand());
      case "totp recovery-codes" -> Optional.of(new TotpRecoveryCodesCommand());
      case "totp disable" -> Optional.of(new TotpDisableCommand());
      case "credential add" -> Optional.of(new CredentialAddCommand());
      case "credential set" -> Optional.of(new CredentialSetCommand());
      case "credential rotate" -> Optional.of(new CredentialRotateCommand());
      case "credential show" -> Optional.of(new CredentialShowCommand());
      case "credential list" -> Optional.of(new CredentialListCommand());
      case "credential remove" -> Optional.of(new CredentialRemoveCommand());
      case "credential import" -> Optional.of(new CredentialImportCommand());
      case "openclaw show" -> Optional.of(new OpenClawShowCommand());
      case "openclaw scan" -> Optional.of(new OpenClawScanCommand());
      case "openclaw edit" -> Optional.of(new OpenClawEditCommand());
      case "openclaw protect" -> Optional.of(new OpenClawProtectCommand());
      case "agent add" -> Optional.of(new AgentAddCommand());
      case "agent list" -> Optional.of(new AgentListCommand());
      case "agent revoke" -> Optional.of(new AgentRevokeCommand());
      case "run" -> Optional.of(new RunCommand());
      case "exec" -> Optional.of(new ExecCommand());
      case "request" -> Optional.of(new RequestCommand());
      case "redact" -> Optional.of(new RedactCommand());
      case "approval list" -> Optional.of(new ApprovalListCommand());
      case "approval show" -> Optional.of(new ApprovalShowCommand());
      case "approval approve" -> Optional.of(new ApprovalApproveCommand());
      case "approval deny" -> Optional.of(new ApprovalDenyCommand());
      case "approval watch" -> Optional.of(new ApprovalWatchCommand());
      case "token create" -> Optional.of(new TokenCreateCommand());
      case "token list" -> Optional.of(new TokenListCommand());
      case "token rotate" -> Optional.of(new TokenRotateCommand());
      case "token revoke" -> Optional.of(new TokenRevokeCommand());
      case "source list" -> Optional.of(new SourceListCommand());
      case "source set" -> Optional.of(new SourceSetCommand());
      case "source show" -> Optional.of(new SourceShowCommand());
      case "source check" -> Optional.of(new SourceCheckCommand());
      case "source test" -> Optional.of(new SourceTestCommand());
      case "source browse" -> Optional.of(new SourceBrowseCommand());
      case "source remove" -> Optional.of(new SourceRemoveCommand());
      case "webhook add" -> Optional.of(new WebhookAddCommand());
      case "webhook list" -> Optional.of(new WebhookListCommand());
      case "webhook remove" -> Optional.of(new WebhookRemoveCommand());
      case "grant list" -> Optional.of(new GrantListCommand());
      case "grant revoke" -> Optional.of(new GrantRevokeCommand());
      case "grant validate" -> Optional.of(new GrantValidateCommand());
      case "ledger tail" -> Optional.of(new LedgerTailCommand());
      case "ledger prove" -> Optional.of(new LedgerProveCommand());
      case "ledger export" -> Optional.of(new LedgerExportCommand());
      case "completion" -> Optional.of(new CompletionCommand());
      case "init",
          "up",
          "ledger verify",
          "backup",
          "restore",
          "rekey",
          "service install",
          "service remove",
          "selftest",
          "demo" ->
          Optional.of(new ElsewhereCommand(name));
      default -> Optional.empty();
    };
  }
}
