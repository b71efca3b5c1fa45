/** What a name must hold: a regular expression as Docker's Go reads one (RE2), anywhere in the name. */
export function matcher(pattern: string): (text: string) => boolean {
  const expression = fromGo(pattern);
  // As in Docker: the word itself always matches, and a text that is no pattern matches nothing else.
  return (text) => text === pattern || (expression?.test(text) ?? false);
}

/** Names of characters in brackets, which Go has from POSIX: `[[:alpha:]]`. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** JavaScript has lookaround and backreferences, which are errors in RE2. */
const NOT_IN_GO = /\(\?<?[=!]|\\[1-9]/;

/** The same pattern for JavaScript; undefined where it is none. */
function fromGo(pattern: string): RegExp | undefined {
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  if (NOT_IN_GO.test(rest)) return undefined;
  const source = rest
    .replace(/\\Q(.*?)(?:\\E|$)/gs, (_, literal: string) => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$');
  return compiled(source, flags);
}

function compiled(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
