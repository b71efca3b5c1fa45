/**
 * What each shell runs at a Tab. It hands the words up to the cursor to `tslab __complete`, which answers with a line for each word that
 * may stand there, `WORD` or `WORD<tab>DESCRIPTION`, and a last line that says what else may: `:`, `:files` or `:directories`.
 */
export const SCRIPTS: Readonly<Record<string, string>> = {
  // bash parts words at `=` and `:` too (COMP_WORDBREAKS): the line is split anew, and only what stands behind them is replaced.
  bash: String.raw`_tslab() {
  local line=${'$'}{COMP_LINE:0:COMP_POINT} words reply last cut kind word
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  mapfile -t reply < <("$1" __complete "${'$'}{words[@]:1}" 2>/dev/null)
  ((${'$'}{#reply[@]})) || return
  kind=${'$'}{reply[-1]} last=${'$'}{words[-1]} cut=
  unset 'reply[-1]'
  [[ $last == *[=:]* ]] && cut=${'$'}{last%"${'$'}{last##*[=:]}"}
  COMPREPLY=()
  for word in "${'$'}{reply[@]}"; do
    word=${'$'}{word%%$'\t'*}
    [[ $word == *[=:] ]] && compopt -o nospace
    COMPREPLY+=("${'$'}{word#"$cut"}")
  done
  case $kind in
    :files) compopt -o filenames; word=-f ;;
    :directories) compopt -o filenames; word=-d ;;
    *) return ;;
  esac
  mapfile -t -O ${'$'}{#COMPREPLY[@]} COMPREPLY < <(compgen "$word" -- "${'$'}{last#"$cut"}")
}
complete -F _tslab tslab
`,
  // Also as a file _tslab in a directory of $fpath.
  zsh: String.raw`#compdef tslab
_tslab() {
  local -a answer names
  local kind line
  answer=("${'$'}{(@f)$("${'$'}{words[1]}" __complete "${'$'}{(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  kind=${'$'}{answer[-1]}
  answer[-1]=()
  for line in "${'$'}{answer[@]}"; do
    names+=("${'$'}{${'$'}{line%%$'\t'*}//:/\\:}:${'$'}{${'$'}{line#*$'\t'}:#${'$'}{line}}")
  done
  (($#names)) && _describe tslab names
  [[ $kind == :* && $kind != : && ${'$'}{words[CURRENT]} == --*=* ]] && compset -P '*='
  case $kind in
    :files) _files ;;
    :directories) _files -/ ;;
  esac
}
if [[ ${'$'}{funcstack[1]} == _tslab ]]; then _tslab "$@"; else compdef _tslab tslab; fi
`,
  fish: String.raw`function __tslab_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l answer ($words[1] __complete $words[2..-1] "$last" 2>/dev/null)
    set -l kind $answer[-1]
    printf '%s\n' $answer[1..-2]
    switch $kind
        case :files
            __fish_complete_path "$last"
        case :directories
            __fish_complete_directories "$last"
    end
end
complete -c tslab -f -a '(__tslab_complete)'
`,
};
