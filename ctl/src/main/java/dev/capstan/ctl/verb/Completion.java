package dev.capstan.ctl.verb;

import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import java.util.List;

/** {@code completion}: prints a script that makes the shell complete commands. */
public final class Completion implements Command {

  private static final String BASH =
      """
      # bash completion for capstan
      __capstan_complete() {
        local word="${COMP_WORDS[COMP_CWORD]}"
        local line candidate
        COMPREPLY=()
        # Bash breaks words at = and :, capstan does not.
        line="${COMP_LINE:0:COMP_POINT}"
        local words=()
        read -ra words <<<"$line"
        [[ "$line" == *[[:space:]] ]] && words+=("")
        local last="${words[-1]}"
        [[ "$word" == "=" ]] && word=""
        while IFS= read -r candidate; do
          [[ -n "$candidate" ]] && COMPREPLY+=("${candidate#"${last%"$word"}"}")
        done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
        [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[=/] ]] && compopt -o nospace
        return 0
      }
      complete -o default -F __capstan_complete capstan
      """;

  private static final String ZSH =
      """
      #compdef capstan
      # zsh completion for capstan
      _capstan() {
        local -a candidates
        candidates=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
        candidates=("${(@)candidates:#}")
        if (( ${#candidates} )); then
          compadd -Q -- "${candidates[@]}"
        else
          _files
        fi
      }
      if [ "$funcstack[1]" = "_capstan" ]; then
        _capstan
      else
        compdef _capstan capstan
      fi
      """;

  private static final String FISH =
      """
      # fish completion for capstan
      function __capstan_complete
        set -l words (commandline -opc) (commandline -ct)
        $words[1] __complete $words[2..-1] 2>/dev/null
      end
      complete -c capstan -f -a '(__capstan_complete)'
      complete -c capstan -s f -l filename -r -F
      """;

  @Override
  public Usage usage() {
    return new Usage(
        "completion (bash | zsh | fish)",
        "Print a script that makes your shell complete capstan's commands",
        """
        source <(capstan completion bash)          # put this into ~/.bashrc
        source <(capstan completion zsh)           # or this into ~/.zshrc
        capstan completion fish | source           # or this into ~/.config/fish/config.fish
        """,
        Usage.Args.SHELLS,
        List.of());
  }

  @Override
  public int run(Cli cli) {
    List<String> words = cli.args().words();
    String shell = words.isEmpty() ? "" : words.getFirst();
    cli.out()
        .print(
            switch (shell) {
              case "bash" -> BASH;
              case "zsh" -> ZSH;
              case "fish" -> FISH;
              case "" -> throw CliException.error("Shell not specified.");
              default -> throw CliException.error("Unsupported shell type \"" + shell + "\".");
            });
    return 0;
  }
}
