/// The source at Google Cloud: [GcpSecretManagerSource]. The broker's own credentials are found
/// where Google's own clients look for them, and what they name is held to Google's addresses.
@NullMarked
package io.keymantle.source.gcp;

import org.jspecify.annotations.NullMarked;
