/** Options of `tslab enter` whose value is the next word, and of tslab itself. */
const WITH_VALUE: ReadonlySet<string> = new Set(['--target', '--setuid', '--setgid', '--lang']);

/** Letters, of which the last takes the next word: `-t`, `-mt`. */
const LETTERS_WITH_VALUE = /^-[a-zA-Z]*[tSG]$/;

const TARGET = /^(--target(=|$)|-[a-zA-Z]*t)/;

/**
 * Puts `--` before the program that `tslab enter` is to run: `enter web --net ip -br addr` is `enter web --net -- ip -br addr`. What comes
 * behind it, such as `--json`, is for the program. Options of `enter` stand before it, on either side of the target.
 */
export function markProgram(words: readonly string[], from: number): readonly string[] {
  let operands = 1;
  for (let at = from; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') return words;
    if (!word.startsWith('-')) {
      if (operands === 0) return words.toSpliced(at, 0, '--');
      operands--;
    }
    if (TARGET.test(word)) operands = 0;
    if (WITH_VALUE.has(word) || LETTERS_WITH_VALUE.test(word)) at++;
  }
  return words;
}
