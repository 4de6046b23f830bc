/// The words of docs/design.md §1 as types: names, credentials, bindings, rules, agents, grants,
/// tokens, problems, and what the ledger is told. Records and sealed interfaces only; no input or
/// output, no secret value, JDK only.
///
/// Use [Credential] with its [Binding]s and [Rules] for what may be used and where, [Grant] and
/// [BrokerToken] for what an agent was given, [Problem] and [RefusedException] for every refusal,
/// [LedgerEvent] for the audit log.
@NullMarked
package io.keymantle.domain;

import org.jspecify.annotations.NullMarked;
