package io.keymantle.source.keychain;

import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.keychain.SecurityItems.Answer;
import io.keymantle.source.keychain.SecurityItems.Constant;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/// The Keychain of macOS: generic passwords, by service, account and label, and internet passwords,
/// by server, account and label.
///
/// Not guaranteed: that a call ends in time. Nothing can end one that the system does not answer.
final class MacKeychain implements Keychain {
  private static final String TITLE = "the Keychain";
  private static final String CLASS = "kSecClass";
  private static final String REFERENCE = "kSecValuePersistentRef";
  private static final String CHANGED = "kSecAttrModificationDate";

  private static final Map<String, String> KEYS =
      Map.of(
          "service", "kSecAttrService",
          "server", "kSecAttrServer",
          "account", "kSecAttrAccount",
          "label", "kSecAttrLabel");
  private static final List<String> WANTED =
      List.of("kSecAttrService", "kSecAttrServer", "kSecAttrAccount", REFERENCE);

  private final SourceSettings settings;
  private final Supplier<SecurityItems> framework;

  /// @param framework opens the system's libraries, at each use: what they are linked by is cached
  MacKeychain(SourceSettings settings, Supplier<SecurityItems> framework) {
    settings.requireKnown(List.of(), List.of());
    this.settings = settings;
    this.framework = framework;
  }

  @Override
  public void check(ItemName name) {
    if (name instanceof ItemName.Attributes attributes) {
      Set<String> keys = attributes.values().keySet();
      boolean both = keys.contains("service") && keys.contains("server");
      if (both || !KEYS.keySet().containsAll(keys)) {
        throw settings.refused(
            "an item of the Keychain has a service or a server, an account and a label",
            "write ?service=NAME&account=NAME, or ?server=HOST&account=NAME");
      }
    }
  }

  private static Map<String, Object> query(ItemName name) {
    Map<String, String> attributes =
        switch (name) {
          case ItemName.Login login ->
              Map.of("service", login.service(), "account", login.account());
          case ItemName.Attributes given -> given.values();
        };
    Map<String, Object> query = query(attributes.containsKey("server"));
    attributes.forEach((key, value) -> query.put(Objects.requireNonNull(KEYS.get(key)), value));
    return query;
  }

  /// All items of a class, told by what can be asked without their values.
  private static Map<String, Object> query(boolean internet) {
    Map<String, Object> query = new HashMap<>();
    query.put(
        CLASS, new Constant(internet ? "kSecClassInternetPassword" : "kSecClassGenericPassword"));
    query.put("kSecMatchLimit", new Constant("kSecMatchLimitAll"));
    query.put("kSecReturnAttributes", true);
    query.put("kSecReturnPersistentRef", true);
    return query;
  }

  @Override
  public KeychainItem read(ItemName name) throws SourceException {
    check(name);
    SecurityItems items = framework.get();
    Map<String, Object> query = query(name);
    List<Map<String, Object>> found = found(items.copyMatching(query, WANTED), name.text());
    if (found.isEmpty()) {
      throw new SourceException(
          Reason.NOT_FOUND,
          TITLE + " has no " + name.text(),
          "security add-generic-password -s SERVICE -a ACCOUNT -w, or see keymantle source browse "
              + settings.scheme());
    }
    if (found.size() > 1) {
      throw new SourceException(
          Reason.FAILED,
          TITLE + " has " + found.size() + " items that answer to " + name.text(),
          "name more attributes, as in ?service=NAME&account=NAME&label=NAME");
    }
    Map<String, Object> one =
        Map.of(
            CLASS,
            Objects.requireNonNull(query.get(CLASS)),
            REFERENCE,
            found.getFirst().getOrDefault(REFERENCE, new byte[0]),
            "kSecReturnData",
            true,
            "kSecReturnAttributes",
            true);
    List<Map<String, Object>> value =
        found(items.copyMatching(one, List.of("kSecValueData", CHANGED)), name.text());
    if (value.size() != 1 || !(value.getFirst().get("kSecValueData") instanceof byte[] bytes)) {
      throw new SourceException(
          Reason.MALFORMED, TITLE + " gave " + name.text() + " without a value", "put it there");
    }
    return new KeychainItem(
        bytes, value.getFirst().get(CHANGED) instanceof Instant when ? when.toString() : "");
  }

  @Override
  public void test() throws SourceException {
    var _ = found(framework.get().copyMatching(query(false), List.of()), "what is in it");
  }

  @Override
  public List<ItemName> names() throws SourceException {
    SecurityItems items = framework.get();
    List<ItemName> names = new ArrayList<>();
    for (Map<String, Object> each :
        found(items.copyMatching(query(false), WANTED), "what is in it")) {
      if (!text(each, "service").isEmpty()) {
        names.add(new ItemName.Login(text(each, "service"), text(each, "account")));
      }
    }
    for (Map<String, Object> each :
        found(items.copyMatching(query(true), WANTED), "what is in it")) {
      names.add(
          new ItemName.Attributes(
              Map.of("server", text(each, "server"), "account", text(each, "account"))));
    }
    return names;
  }

  private static String text(Map<String, Object> item, String attribute) {
    return item.get(Objects.requireNonNull(KEYS.get(attribute))) instanceof String text ? text : "";
  }

  /// By the codes of SecBase.h.
  private static List<Map<String, Object>> found(Answer answer, String what)
      throws SourceException {
    int status = answer.status();
    String said = ": OSStatus " + status;
    return switch (status) {
      case 0 -> answer.found();
      case -25300 -> List.of();
      case -25308, -25315, -25293, -128 ->
          throw new SourceException(
              Reason.UNAUTHENTICATED,
              TITLE + " is locked, or asks before it gives " + what + said,
              "security unlock-keychain, and let java use the item: Keychain Access, Access"
                  + " Control");
      case -34018 ->
          throw new SourceException(
              Reason.FORBIDDEN,
              TITLE + " does not give the broker " + what + said,
              "let java use the item: Keychain Access, Access Control");
      case -25291, -25294, -25307, -25320 ->
          throw new SourceException(
              Reason.UNAVAILABLE,
              "there is no Keychain here" + said,
              "run the broker as a user who has logged in");
      default ->
          throw new SourceException(
              Reason.FAILED, TITLE + " refused" + said, "security error " + status);
    };
  }
}
