/// What sources share. [ProviderClient] calls a provider's HTTP API and says in the words of
/// [io.keymantle.source.spi.SourceException] what went wrong; [JsonString] takes one string out of
/// JSON without leaving a copy behind; [JsonBody] and [FormBody] write a login likewise.
/// [KeptToken] is for providers that log in by OAuth, [Jws] and [Pem] for logins by a key.
@NullMarked
package io.keymantle.source.http;

import org.jspecify.annotations.NullMarked;
