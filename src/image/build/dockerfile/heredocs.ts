/** Here-documents of RUN, COPY and ADD. Source: Dockerfile reference, "Here-Documents"; POSIX.1, shell, 2.7.4. */
import { parseJsonForm, splitWords } from './words.js';

/** Lines that belong to the instruction before them, up to one that is the name alone. */
export interface Heredoc {
  /** The word that begins it, as written: `<<EOF`, `<<-"EOF"`. */
  readonly word: string;
  readonly name: string;
  /** The lines as they are written, each with its end. */
  readonly raw: string;
  /** `<<-`: tabs at the beginnings of lines are none of it. */
  readonly isIndented: boolean;
  /** A name in quotes has variables in the lines left alone. */
  readonly isExpanded: boolean;
}

/** One whose lines are still to be read. */
export type Begun = Omit<Heredoc, 'raw'>;

/** The number is a descriptor, for a shell; so is what may stand behind: `<<EOF|sh`. */
const WORD = /^\d*<<(-?)(?:"([^"]+)"|'([^']+)'|(\\?)([^\s<>|&;()"'\\]+))([>|&;)].*)?$/s;

/** Those that an instruction begins, in their order. In JSON there are none. */
export function begunHeredocs(text: string, mark: string): Begun[] {
  const [, keyword = '', behind = ''] = /^(?:ONBUILD\s+)?(\S+)\s*([\s\S]*)$/i.exec(text) ?? [];
  if (!['RUN', 'COPY', 'ADD'].includes(keyword.toUpperCase()) || !behind.includes('<<') || parseJsonForm(behind))
    return [];
  return splitWords(behind, mark).flatMap((word) => {
    const [all, dash, double, single, escaped, plain] = WORD.exec(word) ?? [];
    if (all === undefined) return [];
    const name = double ?? single ?? (plain as string);
    return [{ word, name, isIndented: dash === '-', isExpanded: plain !== undefined && escaped === '' }];
  });
}

/** Whether a line ends it. */
export function isEnd(line: string, { name, isIndented }: Begun): boolean {
  return (isIndented ? line.replace(/^\t+/, '') : line) === name;
}

/** What it says. */
export function contentOf({ raw, isIndented }: Heredoc): string {
  return isIndented ? raw.replace(/^\t+/gm, '') : raw;
}
