package io.keymantle.e2e;

import java.util.Optional;

/// Somebody with an account, signed in without the trouble of doing so in a browser.
///
/// @param cookie the half of the session that no script can read
/// @param half the other one, which a page keeps for its tab
/// @param app their authenticator app, once they have one
record ConsolePerson(String name, String cookie, String half, Optional<Authenticator> app) {
  static final String COOKIE = "__Host-keymantle";

  /// A code of their app that was not shown before.
  String code() {
    return app.orElseThrow().fresh();
  }
}
