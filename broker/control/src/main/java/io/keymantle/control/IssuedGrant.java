package io.keymantle.control;

import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.Grant;

/// A new grant with its broker token. The token is shown once, here.
public record IssuedGrant(Grant grant, BrokerToken token) {}
