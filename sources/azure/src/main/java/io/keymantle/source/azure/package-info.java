/// The source at Azure: [AzureKeyVaultSource]. The broker's own credentials are found where Azure's
/// own clients look for them; a vault does not say where they go.
@NullMarked
package io.keymantle.source.azure;

import org.jspecify.annotations.NullMarked;
