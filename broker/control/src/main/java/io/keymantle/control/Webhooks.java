package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/// Where questions to people are announced outside: at most 10 URLs. Thread-safe.
public final class Webhooks {
  private static final String SETTING = "webhooks";
  private static final int MOST = 10;
  private static final int LONGEST = 2000;

  private final SettingStore store;
  private final Operations operations;

  Webhooks(SettingStore store, Operations operations) {
    this.store = store;
    this.operations = operations;
  }

  /// All of them, in the order that they were added.
  public synchronized List<URI> list() {
    return store.setting(SETTING).stream()
        .flatMap(String::lines)
        .filter(line -> !line.isEmpty())
        .map(URI::create)
        .toList();
  }

  /// @throws RefusedException with `invalid_request`, or `already_exists`
  public synchronized URI add(Actor.Person actor, String text) {
    URI url = parse(text);
    List<URI> all = new ArrayList<>(list());
    if (all.contains(url)) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS, "this webhook is there already", "keymantle webhook list");
    }
    if (all.size() >= MOST) {
      throw invalid("there are " + MOST + " webhooks, the most there may be");
    }
    all.add(url);
    put(actor, "add", url, all);
    return url;
  }

  /// @throws RefusedException with `not_found`
  public synchronized void remove(Actor.Person actor, String text) {
    URI url = parse(text);
    List<URI> all = new ArrayList<>(list());
    if (!all.remove(url)) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND, "there is no such webhook", "keymantle webhook list");
    }
    put(actor, "remove", url, all);
  }

  /// The ledger has the host only: a path or query may be a secret of the receiver's.
  private void put(Actor.Person actor, String verb, URI url, List<URI> all) {
    operations.perform(
        Entry.of(Kind.CONFIGURATION, actor)
            .with("verb", verb)
            .with("webhook", url.getScheme() + "://" + url.getRawAuthority()),
        () ->
            store.putSetting(SETTING, String.join("\n", all.stream().map(URI::toString).toList())));
  }

  private static URI parse(String text) {
    try {
      URI url = new URI(text);
      boolean local =
          List.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(url.getHost()));
      boolean allowed =
          "https".equals(url.getScheme()) || (local && "http".equals(url.getScheme()));
      if (allowed
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null
          && text.length() <= LONGEST
          && text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw invalid("a webhook is a URL");
    }
    throw invalid(
        "a webhook is https://, or http:// to this machine, without user name and fragment");
  }

  private static RefusedException invalid(String why) {
    return RefusedException.of(
        ErrorCode.INVALID_REQUEST, why, "use a URL such as https://chat.example.com/hooks/keys");
  }
}
