/// What sources share. [ProviderClient] calls a provider's HTTP API and says in the words of
/// [io.keymantle.source.spi.SourceException] what went wrong; [JsonString] takes one string out of
/// JSON without leaving a copy behind; [JsonBody] writes a login into JSON likewise.
@NullMarked
package io.keymantle.source.http;

import org.jspecify.annotations.NullMarked;
