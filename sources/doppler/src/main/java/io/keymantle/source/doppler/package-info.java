/// Doppler, over its HTTP API. [DopplerSource] is what a broker uses; everything else is how it
/// logs in.
@NullMarked
package io.keymantle.source.doppler;

import org.jspecify.annotations.NullMarked;
