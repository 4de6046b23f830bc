/// HashiCorp Vault and OpenBao, over their HTTP API. [VaultSource] is what a broker uses;
/// everything else is how it logs in, finds engines and lists names.
@NullMarked
package io.keymantle.source.vault;

import org.jspecify.annotations.NullMarked;
