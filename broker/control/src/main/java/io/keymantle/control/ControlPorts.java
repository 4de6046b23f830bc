package io.keymantle.control;

/// What the services of a home need from below and beside them.
public record ControlPorts(
    CredentialStore credentials,
    AgentStore agents,
    RunStore runs,
    GrantStore grants,
    SettingStore settings,
    ApprovalStore approvals,
    AuditTrail ledger,
    ValueIntake intake,
    LiveView live,
    PassphraseCheck passphrases,
    FactorCheck factors,
    FactorEnrolment enrolments,
    PersonPorts people,
    TokenStore tokens,
    SourcePort sources,
    ItemReader items) {}
