package io.keymantle.testkit;

import io.keymantle.control.AgentStore;
import io.keymantle.control.ApprovalStore;
import io.keymantle.control.CredentialStore;
import io.keymantle.control.GrantStore;
import io.keymantle.control.PersonStore;
import io.keymantle.control.RunStore;
import io.keymantle.control.SessionStore;
import io.keymantle.control.SettingStore;
import io.keymantle.control.TokenStore;
import io.keymantle.factors.FactorStore;
import io.keymantle.redeem.ValueStore;

/// All stores of one home, which see each other's changes.
public record Stores(
    CredentialStore credentials,
    ValueStore values,
    AgentStore agents,
    RunStore runs,
    GrantStore grants,
    FactorStore factors,
    SettingStore settings,
    ApprovalStore approvals,
    PersonStore people,
    SessionStore sessions,
    TokenStore tokens) {}
