package io.keymantle.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Completion scripts from the descriptions of all commands, so that they cannot lag behind. Pure
/// text: completing never starts Keymantle.
final class CompletionScript {
  private CompletionScript() {}

  static String bash() {
    StringBuilder cases = new StringBuilder();
    for (String noun : nouns()) {
      choice(cases, noun, verbs(noun));
    }
    for (String name : Commands.NAMES) {
      choice(cases, name, options(name));
    }
    return """
    # bash completion for keymantle
    _keymantle() {
      local current="${COMP_WORDS[COMP_CWORD]}" words="" name="${COMP_WORDS[1]}"
      if [ "$COMP_CWORD" -eq 1 ]; then
        words="FIRST --help --version"
      else
        case "$name" in
          NOUNS) if [ "$COMP_CWORD" -gt 2 ]; then name="$name ${COMP_WORDS[2]}"; fi ;;
        esac
        case "$name" in
    CASES    esac
      fi
      COMPREPLY=( $(compgen -W "$words" -- "$current") )
      [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=( $(compgen -f -- "$current") )
    }
    complete -F _keymantle keymantle
    """
        .replace("FIRST", String.join(" ", firstWords()))
        .replace("NOUNS", String.join("|", nouns()))
        .replace("CASES", cases);
  }

  private static void choice(StringBuilder cases, String name, Iterable<String> words) {
    cases.append("      '").append(name).append("') words=\"");
    cases.append(String.join(" ", words)).append("\" ;;\n");
  }

  /// The bash script under zsh's own bridge to it.
  static String zsh() {
    return "#compdef keymantle\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
  }

  static String fish() {
    StringBuilder script = new StringBuilder("# fish completion for keymantle\n");
    for (String word : firstWords()) {
      script.append("complete -c keymantle -n __fish_use_subcommand -a ").append(word);
      script.append(Commands.isNoun(word) ? "" : " -d " + quoted(what(word))).append('\n');
    }
    for (String noun : nouns()) {
      for (String verb : verbs(noun)) {
        script.append("complete -c keymantle -n '__fish_seen_subcommand_from ").append(noun);
        script
            .append("; and not __fish_seen_subcommand_from ")
            .append(String.join(" ", verbs(noun)));
        script.append("' -a ").append(verb).append(" -d ").append(quoted(what(noun + " " + verb)));
        script.append('\n');
      }
    }
    for (String name : Commands.NAMES) {
      String condition =
          "__fish_seen_subcommand_from " + name.replace(" ", "; and __fish_seen_subcommand_from ");
      for (CommandDescription.Option option : description(name).options()) {
        script.append("complete -c keymantle -n '").append(condition).append("' -l ");
        script
            .append(option.name().substring(2))
            .append(option.kind() == CommandDescription.Kind.FLAG ? "" : " -r");
        script.append(" -d ").append(quoted(option.what())).append('\n');
      }
    }
    return script.toString();
  }

  private static List<String> firstWords() {
    List<String> words = new ArrayList<>();
    for (String name : Commands.NAMES) {
      String word = name.split(" ")[0];
      if (!words.contains(word)) {
        words.add(word);
      }
    }
    return words;
  }

  private static List<String> nouns() {
    return firstWords().stream().filter(Commands::isNoun).toList();
  }

  private static List<String> verbs(String noun) {
    return Commands.NAMES.stream()
        .filter(name -> name.startsWith(noun + " "))
        .map(name -> name.substring(noun.length() + 1))
        .toList();
  }

  private static Set<String> options(String name) {
    Set<String> options = new TreeSet<>();
    description(name).options().forEach(option -> options.add(option.name()));
    return options;
  }

  private static String what(String name) {
    return description(name).what();
  }

  private static CommandDescription description(String name) {
    return Commands.find(name).orElseThrow().describe();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
