/** What a terminal sends for the keys that have no character of their own: those of xterm, and of a VT in application mode. */
const SEQUENCES: Readonly<Record<string, string>> = {
  ...{ '[A': 'up', '[B': 'down', '[C': 'right', '[D': 'left', OA: 'up', OB: 'down', OC: 'right', OD: 'left' },
  ...{ '[5~': 'pageup', '[6~': 'pagedown', '[H': 'home', '[F': 'end', OH: 'home', OF: 'end' },
  ...{ '[1~': 'home', '[4~': 'end', '[7~': 'home', '[8~': 'end' },
};

const CHARACTERS: Readonly<Record<string, string>> = {
  ...{ ' ': 'space', '\r': 'enter', '\n': 'enter', '\x7f': 'backspace', '\b': 'backspace', '\x1b': 'escape' },
  ...{ '\x03': 'interrupt', '\x04': 'q', '\x1a': 'stop', '\t': 'tab' },
};

// An escape sequence (ECMA-48, 5.4), one of a VT (SS3), or any one character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const KEY = /\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[A-Za-z]|[\s\S]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|O)$/;

/** The keys in a piece of input, by name, and the start of a sequence whose rest has not come yet. */
export function parseKeys(input: string): { keys: string[]; rest: string } {
  const rest = UNFINISHED.exec(input)?.[0] ?? '';
  const whole = input.slice(0, input.length - rest.length);
  return { keys: [...whole.matchAll(KEY)].map(([key]) => nameOf(key)), rest };
}

function nameOf(key: string): string {
  if (key.length > 1 && key.startsWith('\x1b')) return SEQUENCES[key.slice(1)] ?? 'unknown';
  return CHARACTERS[key] ?? key;
}
