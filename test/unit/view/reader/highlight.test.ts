import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { highlight } from '../../../../src/view/highlight.js';

const kindOf = (code: string, language: string, text: string) =>
  highlight(code, language)
    .flat()
    .find((part) => part.text === text)?.kind;

describe('highlight', () => {
  it('tells the kinds of words of TypeScript, and the constants of the kernel from other properties', () => {
    const code =
      "export function mountProc(): Syscall[] {\n  return [mount('proc', k.MS_NOSUID, 3, spec.root)]; // now\n}";
    const kinds = ['export', 'mountProc', 'Syscall', 'mount', "'proc'", 'MS_NOSUID', '3', '// now', 'spec'];
    expect(kinds.map((text) => kindOf(code, 'ts', text))).toMatchInlineSnapshot(`
      [
        "keyword",
        "function",
        "type",
        "function",
        "string",
        "constant",
        "number",
        "comment",
        undefined,
      ]
    `);
  });

  it('knows shell, C and JSON', () => {
    expect(kindOf('echo "$HOME" # why', 'sh', '# why')).toBe('comment');
    expect(kindOf('int main(void) { return 0; }', 'c', 'main')).toBe('function');
    expect(kindOf('{ "quota": 20000 }', 'json', '"quota"')).toBe('name');
  });

  it('shows what is put into a string as code', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code in question
    expect(kindOf('const a = `pid ${pid}`;', 'ts', '${pid}')).toBeUndefined();
  });

  it('gives plain lines where it does not know the language', () => {
    expect(highlight('one\n\ntwo', 'text')).toEqual([[{ text: 'one' }], [], [{ text: 'two' }]]);
  });

  it.each(['src/view/highlight.ts', 'labs/02-rootfs/lab.ts'])('changes no character of %s', (file) => {
    const code = readFileSync(file, 'utf8');
    const lines = highlight(code, 'ts').map((line) => line.map((part) => part.text).join(''));
    expect(lines.join('\n')).toBe(code);
  });
});
