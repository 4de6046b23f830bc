/// The egress gateway: an HTTPS proxy that puts secret values into requests and takes them out of
/// replies. Start it with [Gateway#start] from a [GatewayConfiguration]; [GatewayLimits] says how
/// much it accepts, [OriginFormHandler] takes over connections that speak the agent API.
@NullMarked
package io.keymantle.gateway;

import org.jspecify.annotations.NullMarked;
