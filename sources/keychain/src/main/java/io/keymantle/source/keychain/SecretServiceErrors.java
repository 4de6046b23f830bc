package io.keymantle.source.keychain;

import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.time.Duration;

/// Why a Secret Service gave no value, and what mends it.
record SecretServiceErrors(String scheme) {
  private static final String TITLE = "the Secret Service";

  private String set(String setting) {
    return "keymantle source set " + scheme + " --kind keychain --setting " + setting;
  }

  SourceException notFound(ItemName name, boolean somethingIsLocked) {
    return somethingIsLocked
        ? new SourceException(
            Reason.UNAUTHENTICATED,
            TITLE + " shows no " + name.text() + ", but some of it is locked",
            "unlock the keychain, as by logging in on its desktop")
        : new SourceException(
            Reason.NOT_FOUND,
            TITLE + " has no " + name.text(),
            "secret-tool store --label=LABEL service SERVICE account ACCOUNT, or see keymantle"
                + " source browse "
                + scheme);
  }

  SourceException ambiguous(ItemName name, int count) {
    return new SourceException(
        Reason.FAILED,
        TITLE + " has " + count + " items that answer to " + name.text(),
        "name more attributes, as in " + scheme + ":?attribute=value&other=value");
  }

  SourceException locked(String what) {
    return new SourceException(
        Reason.UNAUTHENTICATED,
        TITLE + " has locked " + what + ", and the broker cannot be asked for its password",
        "unlock the keychain, as by logging in on its desktop, or allow this access there");
  }

  SourceException onlyPlain() {
    return new SourceException(
        Reason.FAILED,
        TITLE + " sends values over the bus unencrypted only",
        set("transport=plain"));
  }

  SourceException slow(Duration time) {
    return new SourceException(
        Reason.TIMEOUT,
        TITLE + " did not answer within " + time.toMillis() + " ms",
        "see whether it waits for somebody at its window");
  }

  SourceException otherUser(BusAddress address) {
    return new SourceException(
        Reason.FORBIDDEN,
        "the bus at " + address.socket() + " does not let the broker's user in",
        "run the broker as the user whose session that is");
  }

  SourceException noBus(BusAddress address) {
    return new SourceException(
        Reason.UNAVAILABLE,
        "there is no session bus at " + address.socket() + ", or it hung up",
        "log in there, or name another with " + set("bus=unix:path=/run/user/UID/bus"));
  }

  SourceException malformed() {
    return new SourceException(
        Reason.MALFORMED,
        TITLE + " gave an answer that is none",
        "see which program answers to org.freedesktop.secrets on this bus");
  }

  /// By the names of the D-Bus and Secret Service specifications.
  SourceException of(BusErrorException error) {
    String name = error.name().replace("org.freedesktop.", "");
    if (name.startsWith("DBus.Error.Spawn.")) {
      return noService(error);
    }
    return switch (name) {
      case "Secret.Error.IsLocked" -> locked("the item");
      case "Secret.Error.NoSuchObject", "DBus.Error.UnknownObject" ->
          said(
              Reason.NOT_FOUND,
              "has this item no more",
              error,
              "keymantle source browse " + scheme);
      case "DBus.Error.AccessDenied",
          "DBus.Error.AuthFailed",
          "DBus.Error.InteractiveAuthorizationRequired" ->
          said(
              Reason.FORBIDDEN,
              "does not allow this",
              error,
              "allow the broker's access in the keychain");
      case "DBus.Error.LimitsExceeded" ->
          said(Reason.THROTTLED, "has too much to do", error, "wait for it");
      case "DBus.Error.Timeout", "DBus.Error.TimedOut", "DBus.Error.NoReply" ->
          said(Reason.UNAVAILABLE, "went away", error, "start it again");
      case "DBus.Error.ServiceUnknown", "DBus.Error.NameHasNoOwner", "DBus.Error.Disconnected" ->
          noService(error);
      default ->
          said(
              Reason.FAILED,
              "refused",
              error,
              "see which program answers to org.freedesktop.secrets on this bus");
    };
  }

  private static SourceException said(
      Reason reason, String what, BusErrorException error, String fix) {
    return new SourceException(reason, TITLE + " " + what + ": " + error.name(), fix);
  }

  private static SourceException noService(BusErrorException error) {
    return new SourceException(
        Reason.UNAVAILABLE,
        "there is no Secret Service on this bus: " + error.name(),
        "start one, such as gnome-keyring-daemon, and unlock it");
  }
}
