package io.keymantle.source.keychain;

/// Which method of which object is called.
record BusCall(String path, String inInterface, String member) {}
