package io.keymantle.source.keychain;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The methods of a Secret Service that reading needs, over one connection.
///
/// @param owner the unique name of the program that answers
record SecretServiceCalls(BusConnection bus, String owner) {
  private static final String ITEM = "org.freedesktop.Secret.Item";
  private static final String COLLECTION = "org.freedesktop.Secret.Collection";

  /// What stands for "no object".
  private static final String NOTHING = "/";

  /// What programs call the account that they file a login under: libsecret's and keytar's word,
  /// and that of python-keyring and go-keyring.
  private static final List<String> ACCOUNT = List.of("account", "username");

  /// The paths of all items that answer to a name, locked ones too, as far as the service knows
  /// them. Each collection is asked by itself: KeePassXC, asked as a whole, opens a window for what
  /// is locked and answers when somebody has been there.
  List<String> search(ItemName name) throws IOException, BusErrorException {
    List<Map<String, String>> answering =
        switch (name) {
          case ItemName.Attributes attributes -> List.of(attributes.values());
          case ItemName.Login(String service, String account) ->
              ACCOUNT.stream().map(each -> Map.of("service", service, each, account)).toList();
        };
    Set<String> found = new TreeSet<>();
    for (String collection : collections()) {
      for (Map<String, String> attributes : answering) {
        BusCall search = new BusCall(collection, COLLECTION, "SearchItems");
        BusWriter arguments = new BusWriter().dictionary(attributes);
        try (BusMessage answer = bus.call(owner, search, "a{ss}", arguments)) {
          found.addAll(answer.body("ao").texts());
        }
      }
    }
    return List.copyOf(found);
  }

  /// Whether the item is open, or could be opened without asking anybody.
  boolean unlock(String item) throws IOException, BusErrorException {
    if (!isLocked(item, ITEM)) {
      return true;
    }
    BusWriter arguments = new BusWriter().texts(List.of(item));
    String prompt;
    try (BusMessage answer = bus.call(owner, SecretService.call("Unlock"), "ao", arguments)) {
      BusReader body = answer.body("aoo");
      body.texts();
      prompt = body.text();
    }
    if (!prompt.equals(NOTHING)) {
      BusCall dismiss = new BusCall(prompt, "org.freedesktop.Secret.Prompt", "Dismiss");
      bus.call(owner, dismiss, "", new BusWriter()).close();
      return false;
    }
    return !isLocked(item, ITEM);
  }

  /// When the item was changed last, for the ledger; empty where the service does not say.
  String modified(String item) throws IOException, BusErrorException {
    try (BusMessage answer = get(item, ITEM, "Modified")) {
      long seconds = answer.body("v").variant("t").longNumber();
      return seconds <= 0 || seconds > Instant.MAX.getEpochSecond()
          ? ""
          : Instant.ofEpochSecond(seconds).toString();
    } catch (BusErrorException e) {
      return "";
    }
  }

  byte[] secret(String item, SecretSession session) throws IOException, BusErrorException {
    BusCall call = new BusCall(item, ITEM, "GetSecret");
    try (BusMessage answer = bus.call(owner, call, "o", new BusWriter().text(session.path()))) {
      BusReader body = answer.body("(oayays)").align(8);
      body.text();
      byte[] parameters = body.bytes();
      byte[] sent = body.bytes();
      try {
        return session.open(parameters, sent);
      } finally {
        Arrays.fill(sent, (byte) 0);
      }
    }
  }

  /// Whether any collection is locked, so that items may be there that nobody sees.
  boolean hasLocked() throws IOException, BusErrorException {
    for (String collection : collections()) {
      if (isLocked(collection, COLLECTION)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the collection that new items go to is open; where there is none, nothing is closed.
  boolean defaultIsOpen() throws IOException, BusErrorException {
    String collection;
    try (BusMessage answer =
        bus.call(owner, SecretService.call("ReadAlias"), "s", new BusWriter().text("default"))) {
      collection = answer.body("o").text();
    }
    return collection.equals(NOTHING) || !isLocked(collection, COLLECTION);
  }

  /// The names of all items in open collections that have attributes; one that others share is told
  /// by all of its attributes.
  List<ItemName> names() throws IOException, BusErrorException {
    List<Map<String, String>> items = new ArrayList<>();
    for (String collection : collections()) {
      if (isLocked(collection, COLLECTION)) {
        continue;
      }
      for (String item : paths(collection, COLLECTION, "Items")) {
        try (BusMessage answer = get(item, ITEM, "Attributes")) {
          items.add(answer.body("v").variant("a{ss}").dictionary());
        }
      }
    }
    Set<ItemName> once = new HashSet<>();
    Set<ItemName> shared = new HashSet<>();
    items.forEach(each -> login(each).filter(login -> !once.add(login)).ifPresent(shared::add));
    return items.stream()
        .filter(each -> !each.isEmpty())
        .map(each ->
            login(each)
                .filter(login -> !shared.contains(login))
                .orElseGet(() -> new ItemName.Attributes(each)))
        .toList();
  }

  private static Optional<ItemName> login(Map<String, String> attributes) {
    String service = attributes.getOrDefault("service", "");
    return ACCOUNT.stream()
        .filter(attributes::containsKey)
        .filter(_ -> !service.isEmpty())
        .<ItemName>map(account -> new ItemName.Login(service, attributes.getOrDefault(account, "")))
        .findFirst();
  }

  private List<String> collections() throws IOException, BusErrorException {
    BusCall service = SecretService.call("Collections");
    return paths(service.path(), service.inInterface(), service.member());
  }

  private boolean isLocked(String path, String inInterface) throws IOException, BusErrorException {
    try (BusMessage answer = get(path, inInterface, "Locked")) {
      return answer.body("v").variant("b").flag();
    }
  }

  private List<String> paths(String path, String inInterface, String property)
      throws IOException, BusErrorException {
    try (BusMessage answer = get(path, inInterface, property)) {
      return answer.body("v").variant("ao").texts();
    }
  }

  private BusMessage get(String path, String inInterface, String property)
      throws IOException, BusErrorException {
    return bus.call(
        owner,
        new BusCall(path, "org.freedesktop.DBus.Properties", "Get"),
        "ss",
        new BusWriter().text(inInterface).text(property));
  }
}
