// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
import { describe, expect, it } from 'vitest';
import { expandWord } from '../../../../src/image/build/dockerfile/expand.js';
import { parseDockerfile } from '../../../../src/image/build/dockerfile/parse.js';
import type { UserError } from '../../../../src/kernel/errors/user-error.js';

const parse = (...lines: string[]) => parseDockerfile(lines.join('\n'), 'Dockerfile').instructions;
/** One line, without where it stands. */
const one = (...lines: string[]) => {
  const [{ at: _, text: __, ...rest } = { at: 0, text: '' }] = parse(...lines);
  return rest;
};

const COPY = { kind: 'COPY', parents: false, unpack: false, exclude: [] };

describe('an instruction', () => {
  it.each([
    ['FROM busybox', { kind: 'FROM', image: 'busybox', alias: undefined }],
    ['from ruby:$V-slim as Build', { kind: 'FROM', image: 'ruby:$V-slim', alias: 'build' }],
    ['FROM --platform=$BUILDPLATFORM a', { kind: 'FROM', image: 'a', alias: undefined, platform: '$BUILDPLATFORM' }],
    [
      'ARG A B=1 C="x y"',
      {
        kind: 'ARG',
        names: [
          ['A', undefined],
          ['B', '1'],
          ['C', '"x y"'],
        ],
      },
    ],
    [
      'ENV A=1 B="two words" C=\\ x',
      {
        kind: 'ENV',
        pairs: [
          ['A', '1'],
          ['B', '"two words"'],
          ['C', '\\ x'],
        ],
      },
    ],
    ['ENV A b  c=d', { kind: 'ENV', pairs: [['A', 'b  c=d']] }],
    [
      'LABEL a.b="c d" e=f',
      {
        kind: 'LABEL',
        pairs: [
          ['a.b', '"c d"'],
          ['e', 'f'],
        ],
      },
    ],
    ['RUN echo $A "b  c"', { kind: 'RUN', command: { shell: 'echo $A "b  c"' }, mounts: [] }],
    ['RUN ["echo", "a\\tb"]', { kind: 'RUN', command: { exec: ['echo', 'a\tb'] }, mounts: [] }],
    ["RUN ['echo']", { kind: 'RUN', command: { shell: "['echo']" }, mounts: [] }],
    ['RUN [ -f /x ] && ls', { kind: 'RUN', command: { shell: '[ -f /x ] && ls' }, mounts: [] }],
    [
      'RUN --mount=type=cache,target=/c --network=none make',
      { kind: 'RUN', command: { shell: 'make' }, mounts: ['type=cache,target=/c'], network: 'none' },
    ],
    ['CMD []', { kind: 'CMD', command: { exec: [] } }],
    [
      'COPY --chown=1:2 --from=b a b /c/',
      { ...COPY, sources: ['a', 'b'], contents: [], destination: '/c/', from: 'b', chown: '1:2' },
    ],
    ['COPY ["a b", "/c"]', { ...COPY, sources: ['a b'], contents: [], destination: '/c' }],
    [
      'COPY --parents --exclude=*.md --exclude=b a /',
      { ...COPY, sources: ['a'], contents: [], destination: '/', parents: true, exclude: ['*.md', 'b'] },
    ],
    ['COPY --link --chmod=755 a /', { ...COPY, sources: ['a'], contents: [], destination: '/', chmod: '755' }],
    [
      'ADD a.tar.gz /',
      { ...COPY, unpack: undefined, kind: 'ADD', sources: ['a.tar.gz'], contents: [], destination: '/' },
    ],
    ['EXPOSE 80 $P/udp', { kind: 'EXPOSE', words: ['80', '$P/udp'] }],
    ['VOLUME ["/a", "/b"]', { kind: 'VOLUME', words: ['/a', '/b'] }],
    ['VOLUME /a /b', { kind: 'VOLUME', words: ['/a', '/b'] }],
    ['SHELL ["sh", "-ec"]', { kind: 'SHELL', words: ['sh', '-ec'] }],
    ['HEALTHCHECK NONE', { kind: 'HEALTHCHECK', command: undefined, times: new Map() }],
    [
      'HEALTHCHECK --interval=5s CMD wget -q x',
      { kind: 'HEALTHCHECK', command: { shell: 'wget -q x' }, times: new Map([['interval', '5s']]) },
    ],
  ])('%s', (line, expected) => expect(one(line)).toEqual(expected));

  it('goes on in the next line, without the comments and empty lines between', () => {
    const [run, user] = parse('RUN a && \\', '  # why', '# at column 0', '', '  b \\  ', '  c', 'USER x');
    expect(run).toMatchObject({ command: { shell: 'a &&   b   c' }, at: { line: 1, lastLine: 6 } });
    expect(user?.at.line).toBe(7);
    expect(one('CMD ["a", \\', '  "b"]')).toEqual({ kind: 'CMD', command: { exec: ['a', 'b'] } });
  });

  it('is the same with the ends of lines of Windows, and behind a byte order mark', () => {
    expect(one('\uFEFF# x\r', 'RUN a \\\r', ' b\r')).toEqual({ kind: 'RUN', command: { shell: 'a  b' }, mounts: [] });
  });

  it('keeps a # that is no comment', () =>
    expect(one('RUN echo a # b')).toMatchObject({ command: { shell: 'echo a # b' } }));
});

describe('a directive', () => {
  it('may change the mark of a continuation, and stands above all else', () => {
    expect(one('# escape=`', 'RUN a `', ' b\\')).toMatchObject({ command: { shell: 'a  b\\' } });
    expect(one('# syntax=docker/dockerfile:1', '# Escape = `', 'RUN a `', ' b')).toMatchObject({
      command: { shell: 'a  b' },
    });
    expect(parse('# hello', '# escape=`', 'RUN a \\', ' b')).toHaveLength(1);
  });
});

describe('a here-document', () => {
  const copied = (...lines: string[]) => {
    const found = one(...lines);
    return 'contents' in found ? [found.sources, found.contents, found.destination] : [];
  };

  it('is what a shell runs, as it stands: comments and blanks are its own', () => {
    expect(parse('RUN <<EOF', 'set -e', '', '# not of the Dockerfile', '  FROM $A \\', 'EOF', 'USER a')).toMatchObject([
      {
        kind: 'RUN',
        command: { shell: 'set -e\n\n# not of the Dockerfile\n  FROM $A \\\n' },
        at: { line: 1, lastLine: 6 },
      },
      { kind: 'USER', at: { line: 7 } },
    ]);
  });

  it('is a program where it says of which interpreter, without the tabs of <<-', () => {
    expect(one('RUN --network=none <<-EOF', '\t#!/bin/awk -f', '\t\tBEGIN {', '\tEOF')).toMatchObject({
      command: { script: '#!/bin/awk -f\nBEGIN {\n' },
      network: 'none',
    });
  });

  it('is left to the shell among other words, with others behind it', () => {
    expect(one('RUN cat <<A - 3<<"B"|sh \\', '# comment', ' -e', 'a', 'A', 'b', 'B')).toMatchObject({
      command: { shell: 'cat <<A - 3<<"B"|sh  -e\na\nA\nb\nB' },
    });
  });

  it('is a file that COPY has from nowhere else; a name in quotes leaves variables alone', () => {
    expect(copied('COPY <<a.txt b <<-"C" <<\\D /to/', 'a', 'a.txt', '\tc', 'C', 'd', 'D')).toEqual([
      ['b'],
      [
        { name: 'a.txt', text: 'a\n', isExpanded: true },
        { name: 'C', text: 'c\n', isExpanded: false },
        { name: 'D', text: 'd\n', isExpanded: false },
      ],
      '/to/',
    ]);
  });

  it.each([
    'RUN echo $((1<<3))',
    'RUN cat <<<EOF',
    'RUN ["cat", "<<EOF"]',
    'RUN echo 1 << 3',
    'CMD cat <<EOF',
    'RUN echo "<<EOF"',
  ])('is none: %s', (line) => expect(parse(line, 'USER a')).toHaveLength(2));

  it('has variables put in, and quotes left alone', () => {
    const lookUp = (name: string) => (name === 'A' ? 'x' : undefined);
    expect(expandWord('"$A" \'${A:-y}\' \\$A', { lookUp, mark: '\\', keepsQuotes: true })).toBe('"x" \'x\' $A');
  });
});

describe('a mistake', () => {
  it.each([
    ['', 'Dockerfile is empty'],
    ['# only', 'Dockerfile is empty'],
    ['FRM x', 'Dockerfile:1: unknown instruction: FRM (did you mean FROM?)'],
    ['FROM a b', 'FROM requires either one or three arguments'],
    ['FROM a AS 1x', 'invalid name for build stage'],
    ['RUN', 'RUN requires at least one argument'],
    ['COPY a', 'COPY requires at least two arguments'],
    ['COPY --form=x a b', 'unknown flag: --form (did you mean --from?)'],
    ['COPY --chown a b', '--chown of COPY has no value'],
    ['USER --x y', 'unknown flag: --x'],
    ['ENV A', 'ENV must have two arguments'],
    ['ENV A=1 B', 'can\'t find = in "B"'],
    ['ARG 1a', '"1a" is no name of a variable'],
    ['SHELL sh -c', 'SHELL requires the arguments to be in JSON form'],
    ['HEALTHCHECK wget x', 'Unknown type "wget" in HEALTHCHECK'],
    ['RUN --network=x y', 'unsupported network mode "x"'],
    ['RUN cat <<EOF\nFROM b', 'Dockerfile:1: unterminated heredoc: <<EOF'],
    ['COPY <<-"X" /a\n  X', 'unterminated heredoc: <<-"X"'],
    ['ADD git@example.org:a /', 'ADD of git@example.org:a: it is not fetched'],
    ['ADD https://example.org/a.git#v1 /', 'ADD of https://example.org/a.git#v1: it is not fetched'],
    ['ADD ftp://example.org/a /', 'ADD of ftp://example.org/a: it is not fetched'],
    ['ADD --keep-git-dir https://example.org/a /', '--keep-git-dir is for repositories of git'],
    ['RUN --security=insecure x', '--security=insecure is not granted to RUN'],
    ['ONBUILD FROM x', "FROM isn't allowed as an ONBUILD trigger"],
    ['ONBUILD ONBUILD RUN x', "ONBUILD isn't allowed as an ONBUILD trigger"],
    ['ONBUILD RNU x', 'unknown instruction: RNU (did you mean RUN?)'],
    ['ONBUILD COPY x', 'COPY requires at least two arguments'],
    ['# escape=x', 'invalid escape token "x"'],
    ['PK\0', 'Dockerfile is no text'],
    ['# escape=`\n# escape=`', 'only one escape parser directive'],
  ])('%j: %s', (text, message) => expect(() => parse(text)).toThrow(message));

  it('is shown with its lines', () => {
    expect.assertions(2);
    try {
      parse('FROM a', '', 'COPY --x=1 a \\', '  b');
    } catch (error) {
      expect(error).toMatchObject({ message: 'Dockerfile:3: unknown flag: --x', status: 1 });
      expect((error as UserError).remedy).toMatch(/^3 \| COPY --x=1 a \\\n4 \| {3}b\nCOPY has --from/);
    }
  });
});

describe('a word', () => {
  const values: Record<string, string> = { A: 'a', EMPTY: '', PATH: '/bin' };
  const expand = (word: string) => expandWord(word, { lookUp: (name) => values[name], mark: '\\' });

  it.each([
    ['$A', 'a'],
    ['${A}b', 'ab'],
    ['$Ab', ''],
    ['x$A-$A', 'xa-a'],
    ['\\$A', '$A'],
    ["'$A'", '$A'],
    ['"$A b"', 'a b'],
    ['"\\$A \\" \\n"', '$A " \\n'],
    ['a\\ b', 'a b'],
    ['${A:-x}', 'a'],
    ['${B:-x}', 'x'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${B-x}', 'x'],
    ['${A:+x}', 'x'],
    ['${EMPTY:+x}', ''],
    ['${EMPTY+x}', 'x'],
    ['${B:+x}', ''],
    ['${B:-${A}}', 'a'],
    ['${B:-"x y"}', 'x y'],
    ['/opt/bin:$PATH', '/opt/bin:/bin'],
    ['a$', 'a$'],
    ['$ a', '$ a'],
    ['$1', ''],
  ])('%j is %j', (word, expected) => expect(expand(word)).toBe(expected));

  it.each([
    ['${A', 'missing }'],
    ['${A%x}', 'unsupported modifier'],
    ['"a', 'matching double-quote'],
    ["'a", 'matching single-quote'],
    ['${B:?must be set}', 'B: must be set'],
  ])('%j: %s', (word, message) => expect(() => expand(word)).toThrow(message));
});
