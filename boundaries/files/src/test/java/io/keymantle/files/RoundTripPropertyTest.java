package io.keymantle.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Over many made-up files and edits: after a save each secret stands at exactly the path where it
/// stood before, or nowhere; and no redacted text holds any.
class RoundTripPropertyTest {
  private static final SchemaFields SCHEMA = SchemaFields.read();
  private static final int FILES = 500;
  private static final List<String> SENSITIVE =
      List.of("token", "password", "apiKey", "clientSecret", "privateKey", "botToken");
  private static final List<String> PLAIN =
      List.of("name", "url", "mode", "note", "port", "list", "a", "b");

  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_126);
  private int secrets;

  @Test
  void unchangedText_isSavedToTheCharacter_andRedactedTextHoldsNoSecret() {
    for (int i = 0; i < FILES; i++) {
      File file = file();

      RedactedConfiguration redacted = RedactionTest.redacted(file.text);

      assertThat(leaks(redacted.text(), file.secrets)).as(file.text).isEmpty();
      assertThat(redacted.findings().toString()).doesNotContain("Secret-");
      assertThat(Restoration.of(redacted, redacted.text(), SCHEMA)).isEqualTo(file.text);
    }
    assertThat(secrets).as("files hold secrets").isGreaterThan(FILES);
  }

  @Test
  void editedText_keepsEachSecretAtItsPath_orIsRefused() {
    int saved = 0;
    int refused = 0;
    int kept = 0;
    for (int i = 0; i < FILES; i++) {
      File file = file();
      RedactedConfiguration redacted = RedactionTest.redacted(file.text);
      String edited = edited(redacted);
      try {
        String text = Restoration.of(redacted, edited, SCHEMA);
        kept += keptInPlace(file, text);
        saved++;
      } catch (RefusedException e) {
        assertThat(e.problem().code()).as(e.getMessage()).isEqualTo(ErrorCode.SENTINEL_UNRESOLVED);
        assertThat(e.problem().line()).doesNotContain("Secret-");
        refused++;
      }
    }
    assertThat(saved).isGreaterThan(FILES / 5);
    assertThat(refused).isGreaterThan(FILES / 5);
    assertThat(kept).as("secrets that were put back").isGreaterThan(FILES / 5);
  }

  @Test
  void restoringByPosition_isWhatTheInvariantFinds() {
    int wrong = 0;
    for (int i = 0; i < FILES; i++) {
      File file = file();
      RedactedConfiguration redacted = RedactionTest.redacted(file.text);
      String edited = edited(redacted);
      try {
        keptInPlace(file, byPosition(redacted, edited));
      } catch (AssertionError e) {
        wrong++;
      } catch (RefusedException e) {
        // A value too few to put back leaves a sentinel behind, which is no secret out of place.
      }
    }
    assertThat(wrong).isGreaterThan(FILES / 20);
  }

  /// Asserts that every secret of a saved text stood at its path before; returns how many there
  /// are.
  private static int keptInPlace(File file, String saved) {
    Map<String, String> before = Shape.texts(file.tree);
    int[] kept = new int[1];
    Object tree = Shape.of(ConfigurationText.parse(saved).root());
    Shape.eachText(
        tree,
        (paths, text) -> {
          if (text.contains("Secret-")) {
            assertThat(paths.stream().map(before::get)).as("%s in %s", paths, saved).contains(text);
            kept[0]++;
          }
          assertThat(text).doesNotContain(Sentinel.TEXT);
        });
    return kept[0];
  }

  private static List<String> leaks(String text, List<String> secrets) {
    String unescaped = unescaped(text);
    return secrets.stream()
        .filter(secret -> text.contains(secret) || unescaped.contains(secret))
        .toList();
  }

  private static String unescaped(String text) {
    Matcher escape = Pattern.compile("\\\\u([0-9a-f]{4})").matcher(text);
    return escape.replaceAll(found ->
        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
  }

  /// What must not be: the n-th sentinel becomes the n-th hidden value.
  private static String byPosition(RedactedConfiguration file, String edited) {
    List<String> values = new ArrayList<>();
    Matcher hidden =
        Pattern.compile("['\"]((?:\\\\u[0-9a-f]{4}|[A-Za-z])ecret-[0-9a-z-]+)['\"]")
            .matcher(file.original().text());
    while (hidden.find()) {
      values.add(unescaped(hidden.group(1)));
    }
    Matcher sentinel = Pattern.compile(Sentinel.TEXT).matcher(edited);
    return sentinel.replaceAll(found -> values.isEmpty() ? "none" : values.removeFirst());
  }

  private record File(Object tree, String text, List<String> secrets) {}

  private File file() {
    List<String> made = new ArrayList<>();
    Object tree = object(0, made);
    List<String> standing =
        Shape.texts(tree).values().stream().filter(text -> text.contains("Secret-")).toList();
    List<String> comments = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      boolean own = standing.isEmpty() || random.nextBoolean();
      comments.add(own ? "token: " + secret(made) : "note " + standing.getFirst());
    }
    return new File(tree, Shape.text(tree, random, comments), made);
  }

  private String secret(List<String> made) {
    String secret = "Secret-" + secrets++ + "-" + Long.toString(random.nextLong() >>> 1, 36);
    made.add(secret);
    return secret;
  }

  private Map<String, Object> object(int depth, List<String> made) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      if (random.nextInt(3) == 0) {
        object.put(any(SENSITIVE), secret(made));
      } else {
        object.put(any(PLAIN), value(depth + 1, made));
      }
    }
    return object;
  }

  private Object value(int depth, List<String> made) {
    return switch (depth > 3 ? 0 : random.nextInt(5)) {
      case 0 -> any(List.of("on", "off", "auto"));
      case 1 -> (long) random.nextInt(100);
      case 2 -> object(depth, made);
      default -> array(depth, made);
    };
  }

  private List<Object> array(int depth, List<String> made) {
    List<Object> array = new ArrayList<>();
    boolean ids = random.nextBoolean();
    for (int i = random.nextInt(4); i > 0; i--) {
      Map<String, Object> element = object(depth, made);
      if (ids) {
        element.put("id", "id" + random.nextInt(5));
      }
      array.add(element);
    }
    return array;
  }

  private String any(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  private String edited(RedactedConfiguration file) {
    Object tree = Shape.of(file.redacted().root());
    for (int i = random.nextInt(3); i >= 0; i--) {
      edit(tree);
    }
    return Shape.text(tree, random, new ArrayList<>());
  }

  @SuppressWarnings("unchecked")
  private void edit(Object tree) {
    List<Object> places = new ArrayList<>();
    containers(tree, places);
    Object from = places.get(random.nextInt(places.size()));
    Object to = places.get(random.nextInt(places.size()));
    switch (from) {
      case Map<?, ?> map when !map.isEmpty() -> editMember((Map<String, Object>) map, to);
      case List<?> list when !list.isEmpty() -> editElement((List<Object>) list);
      default -> {}
    }
  }

  private void editMember(Map<String, Object> map, Object to) {
    String key = any(List.copyOf(map.keySet()));
    Object value = map.get(key);
    switch (random.nextInt(5)) {
      case 0 -> map.remove(key);
      case 1 -> {
        map.remove(key);
        map.put(any(SENSITIVE), value);
      }
      case 2 -> put(to, key, Shape.copy(value));
      case 3 -> {
        map.remove(key);
        put(to, key, Shape.copy(value));
      }
      default -> map.put(any(PLAIN), "typed");
    }
  }

  @SuppressWarnings("unchecked")
  private void put(Object to, String key, Object value) {
    if (to instanceof Map<?, ?> map) {
      ((Map<String, Object>) map).put(key, value);
    }
  }

  private void editElement(List<Object> list) {
    int i = random.nextInt(list.size());
    int j = random.nextInt(list.size());
    switch (random.nextInt(4)) {
      case 0 -> list.remove(i);
      case 1 -> list.add(j, Shape.copy(list.get(i)));
      case 2 -> list.set(i, list.set(j, list.get(i)));
      default -> list.add(j, new LinkedHashMap<>(Map.of("name", "typed")));
    }
  }

  private static void containers(Object value, List<Object> found) {
    switch (value) {
      case Map<?, ?> map -> {
        found.add(map);
        map.values().forEach(each -> containers(each, found));
      }
      case List<?> list -> {
        found.add(list);
        list.forEach(each -> containers(each, found));
      }
      default -> {}
    }
  }
}
