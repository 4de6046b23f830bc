package io.keymantle.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Completion scripts from the descriptions of all commands, so that they cannot lag behind.
/// Commands and options are plain text; for the names of credentials and agents, a script asks the
/// running broker by `keymantle completion credentials` and `agents`.
final class CompletionScript {
  private static final Set<String> OF_CREDENTIALS =
      Set.of(
          "credential show", "credential set", "credential rotate", "credential remove", "request");

  private static final Set<String> OF_AGENTS = Set.of("agent revoke");

  private CompletionScript() {}

  static String bash() {
    return """
    # bash completion for keymantle
    _keymantle() {
      local program="${COMP_WORDS[0]}" current="${COMP_WORDS[COMP_CWORD]}" words="" name="${COMP_WORDS[1]}"
      local count=$COMP_CWORD previous="${COMP_WORDS[COMP_CWORD-1]}" second="${COMP_WORDS[2]}"
      if [ "$current" = "=" ]; then
        current=""
      elif [ "$previous" = "=" ]; then
        previous="${COMP_WORDS[COMP_CWORD-2]}"
      fi
    CHOICE
      COMPREPLY=( $(compgen -W "$words" -- "$current") )
      [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=( $(compgen -f -- "$current") )
    }
    complete -F _keymantle keymantle
    """
        .replace("CHOICE\n", choice());
  }

  static String zsh() {
    return """
    #compdef keymantle
    _keymantle() {
      local program="${words[1]}" name="${words[2]}" second="${words[3]}" previous="${words[CURRENT-1]}"
      local count=$((CURRENT - 1))
      local words=""
    CHOICE
      compadd -- ${=words} || _files
    }
    # The file is a function of the name in the first line when zsh loads it by itself.
    if [ "${funcstack[1]}" = "_keymantle" ]; then
      _keymantle "$@"
    else
      compdef _keymantle keymantle
    fi
    """
        .replace("CHOICE\n", choice());
  }

  /// What bash and zsh read alike: sets `words` from `program`, `name`, `second`, `previous` and
  /// `count`.
  private static String choice() {
    StringBuilder cases = new StringBuilder();
    for (String noun : nouns()) {
      add(cases, noun, String.join(" ", verbs(noun)));
    }
    for (String name : Commands.NAMES) {
      String names =
          OF_CREDENTIALS.contains(name)
              ? " $(\"$program\" completion credentials 2>/dev/null)"
              : "";
      names = OF_AGENTS.contains(name) ? " $(\"$program\" completion agents 2>/dev/null)" : names;
      add(cases, name, String.join(" ", options(name)) + names);
    }
    return """
      if [ "$count" -eq 1 ]; then
        words="FIRST --help --version"
      else
        case "$name" in
          NOUNS) if [ "$count" -gt 2 ]; then name="$name $second"; fi ;;
        esac
        case "$previous" in
          --credential) words="$("$program" completion credentials 2>/dev/null)" ;;
          --agent|--agents) words="$("$program" completion agents 2>/dev/null)" ;;
          --isolate) words="auto always never" ;;
          *) case "$name" in
    CASES      esac ;;
        esac
      fi
    """
        .replace("FIRST", String.join(" ", firstWords()))
        .replace("NOUNS", String.join("|", nouns()))
        .replace("CASES", cases);
  }

  private static void add(StringBuilder cases, String name, String words) {
    cases.append("        '").append(name).append("') words=\"").append(words);
    cases.append("\" ;;\n");
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
          "'__fish_seen_subcommand_from "
              + name.replace(" ", "; and __fish_seen_subcommand_from ")
              + "'";
      if (OF_CREDENTIALS.contains(name) || OF_AGENTS.contains(name)) {
        script.append("complete -c keymantle -n ").append(condition).append(" -a ");
        script.append(asked(OF_AGENTS.contains(name) ? "agents" : "credentials")).append('\n');
      }
      for (CommandDescription.Option option : description(name).options()) {
        script.append("complete -c keymantle -n ").append(condition).append(" -l ");
        script.append(option.name().substring(2)).append(argument(option));
        script.append(" -d ").append(quoted(option.what())).append('\n');
      }
    }
    return script.toString();
  }

  private static String argument(CommandDescription.Option option) {
    return switch (option.name()) {
      case "--credential" -> " -x -a " + asked("credentials");
      case "--agent", "--agents" -> " -x -a " + asked("agents");
      case "--isolate" -> " -x -a 'auto always never'";
      default -> option.kind() == CommandDescription.Kind.FLAG ? "" : " -r";
    };
  }

  private static String asked(String what) {
    return "'(keymantle completion " + what + " 2>/dev/null)'";
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
