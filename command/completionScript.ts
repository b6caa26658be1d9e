import type { Candidate } from "./completion.ts";

/** The shells that a script is written for. */
export const completionShells = ["bash", "zsh"] as const;

/** {@link completionShells} */
export type CompletionShell = (typeof completionShells)[number];

/**
 * The script by which a shell completes `gemelos ...` and `npx gemelos ...`. What is typed reaches the command as words and is
 * never evaluated.
 * @param ask what prints the candidates, as words for a shell; the words up to the cursor follow it
 */
export function completionScript(shell: CompletionShell, ask: string): string {
  return shell === "bash" ? bashScript(ask) : zshScript(ask);
}

/** Candidates as the script of that shell reads them. */
export function formatCandidates(shell: CompletionShell, candidates: readonly Candidate[]): string {
  return candidates
    .map(({ text, description }) => {
      if (shell === "bash" || description === "") return `${text.replaceAll(":", shell === "zsh" ? "\\:" : ":")}\n`;
      return `${text.replaceAll(":", "\\:")}:${description}\n`;
    })
    .join("");
}

function bashScript(ask: string): string {
  return `_gemelos() {
  local first=1 candidate
  COMPREPLY=()
  if [ "\${COMP_WORDS[0]##*/}" = npx ]; then
    [ "\${COMP_WORDS[1]}" = gemelos ] && [ "$COMP_CWORD" -gt 1 ] || return 0
    first=2
  fi
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <(${ask} "\${COMP_WORDS[@]:first:COMP_CWORD-first+1}" 2>/dev/null)
}
complete -o default -F _gemelos gemelos
complete -p npx >/dev/null 2>&1 || complete -o default -F _gemelos npx
`;
}

function zshScript(ask: string): string {
  return `_gemelos() {
  local first=2 answer
  if [[ \${words[1]:t} == npx ]]; then
    [[ \${words[2]} == gemelos && $CURRENT -gt 2 ]] || { _default; return }
    first=3
  fi
  answer="$(${ask} "\${(@)words[first,CURRENT]}" 2>/dev/null)"
  if [[ -z $answer ]]; then _files; return; fi
  local -a candidates=("\${(@f)answer}")
  _describe gemelos candidates
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _gemelos gemelos
(( $+_comps[npx] )) || compdef _gemelos npx
`;
}
