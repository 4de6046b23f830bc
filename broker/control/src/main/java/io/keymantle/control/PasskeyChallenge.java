package io.keymantle.control;

/// A challenge for a passkey, kept until it is answered or two minutes have passed.
///
/// @param id names it in the answer
/// @param options the JSON that a browser's `navigator.credentials` takes, as one object with
///   `publicKey`
public record PasskeyChallenge(String id, String options) {}
