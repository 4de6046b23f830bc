/// Source in the keychain of the operating system: [KeychainSource] reads the Secret Service of
/// Linux over D-Bus, the Keychain of macOS through Security.framework, and the Credential Manager
/// of Windows through Advapi32. Both sides of the wire are bounded, in time and in length, and what
/// a value passes through is zeroed.
@NullMarked
package io.keymantle.source.keychain;

import org.jspecify.annotations.NullMarked;
