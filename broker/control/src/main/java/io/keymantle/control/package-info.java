/// Everything up to the broker token: the catalogue of credentials, agents and their runs, requests
/// and grants, people's accounts and sessions. Never sees a secret value.
///
/// Use [Control] to start the services of a home; then [Catalogue], [Agents], [Runs], [Grants],
/// [People] and [PersonSessions]. Whatever widens access takes a [Actor.Person]; agents can only do
/// what [Requester] is accepted for. Stores implement [CredentialStore], [AgentStore], [RunStore],
/// [GrantStore], [SettingStore], [PersonStore] and [SessionStore]; `redeem` implements [LiveView]
/// and [ValueIntake].
@NullMarked
package io.keymantle.control;

import org.jspecify.annotations.NullMarked;
