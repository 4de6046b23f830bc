/// The HTTP API for agents and people: routes over `control`, independent of what transports them,
/// and the Netty handler that serves them on the listeners of gateway and admin socket. Blind: no
/// secret value can be named here; values arrive sealed and are passed on so.
///
/// Use [AgentRoutes] and [AdminRoutes] for the two sets of routes, which share nothing but their
/// form: no agent token opens an admin route. [ApiChannel] serves either on a connection.
/// [BrokerPort], [ExecPort] and [RedactionPort] are what the server implements beneath them.
@NullMarked
package io.keymantle.api;

import org.jspecify.annotations.NullMarked;
