/// 1Password, by the REST API of a Connect server. [OnePasswordSource] is what a broker uses;
/// everything else is how it finds vaults, items and fields by their names.
@NullMarked
package io.keymantle.source.onepassword;

import org.jspecify.annotations.NullMarked;
