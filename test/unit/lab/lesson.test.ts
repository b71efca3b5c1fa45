import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { extractRegion, includeCode } from '../../../src/lesson/include.js';
import { loadLesson, parseLesson } from '../../../src/lesson/lesson.js';

const FILE = 'lessons/en/00-sample.md';
const HEAD = '---\ntitle: A title\nsummary: In: a sentence\ndocker: --pid, --cpus\n---\n';
const TEXT = `${HEAD}
The question of this lesson.

## A new namespace {#clone}

::: predict one pid inside
Which pid will the child see?

- [x] 1 {1}
- [ ] the one that the host gives

It is the first.
:::

\`\`\`sh
# a comment, not a heading
## nor this
\`\`\`

The child is **pid 1**
in its namespace, see \`clone(2)\`.

More of the section.

### The other side {#host}
- a list

On the host it has another number.

## Further reading
`;

const LESSON = parseLesson(TEXT, FILE);
const section = (id: string) => LESSON.sections.find((one) => one.id === id);

describe('parseLesson', () => {
  it('reads title and summary, and keeps the other keys', () => {
    expect(LESSON).toMatchObject({ title: 'A title', summary: 'In: a sentence' });
    expect(LESSON.meta).toEqual({ docker: '--pid, --cpus' });
  });

  it('finds each section with its id, level and line', () => {
    expect(LESSON.sections.map(({ id, title, level }) => [id, title, level])).toEqual([
      ['clone', 'A new namespace', 2],
      ['host', 'The other side', 3],
      [undefined, 'Further reading', 2],
    ]);
    const { line } = section('host') ?? {};
    expect(TEXT.split('\n')[(line ?? 0) - 1]).toContain('The other side');
  });

  it('finds the headings that markdown-it finds', () => {
    const tokens = new MarkdownIt().parse(TEXT.slice(HEAD.length), {});
    const titles = tokens
      .filter((_, index) => tokens[index - 1]?.type === 'heading_open')
      .map((token) => token.content);
    expect(LESSON.sections.map(({ title, id }) => (id ? `${title} {#${id}}` : title))).toEqual(titles);
  });

  it('narrates with the first paragraph, on one line, past code, lists and questions', () => {
    expect(section('clone')?.narration).toBe('The child is **pid 1** in its namespace, see `clone(2)`.');
    expect(section('host')?.narration).toBe('On the host it has another number.');
    expect(LESSON.sections.at(-1)?.narration).toBe('');
  });

  it('finds the question to answer before the step', () => {
    expect(section('clone')?.predict?.question).toBe('Which pid will the child see?');
    expect(section('host')?.predict).toBeUndefined();
  });

  it('keeps the rest of the prose: what comes before the sections, and all that they hold', () => {
    expect(LESSON.opening).toMatchObject([{ type: 'prose', text: 'The question of this lesson.' }]);
    const blocks = section('clone')?.blocks ?? [];
    expect(blocks.map(({ type }) => type)).toEqual(['predict', 'prose']);
    expect(blocks[1]).toMatchObject({ text: expect.stringMatching(/^```sh\n.*\nMore of the section\.$/s) });
  });

  it('joins lines of Chinese without a space', () => {
    const chinese = parseLesson(`${HEAD}## 标题 {#a}\n子进程是一号，\n在它的 PID\nnamespace 里。\n`, FILE);
    expect(chinese.sections[0]?.narration).toBe('子进程是一号，在它的 PID namespace 里。');
  });

  it('reads files with the line ends of Windows', () => {
    const sections = parseLesson(TEXT.replaceAll('\n', '\r\n'), FILE).sections;
    expect(sections).toEqual(LESSON.sections);
  });
});

describe('a broken lesson', () => {
  it.each([
    ['no front matter', '# Title\n', `${FILE}:1: the front matter is missing`],
    ['no end', '---\ntitle: a\n', `${FILE}:1: the front matter that starts here has no end`],
    ['a line without a key', '---\ntitle: a\nnonsense\n---\n', `${FILE}:3: "nonsense" is not`],
    ['a key given twice', '---\ntitle: a\ntitle: b\n---\n', `${FILE}:3: "title" is given twice`],
    ['a missing key', '---\ntitle: a\n---\n', `${FILE}:3: the front matter lacks "summary"`],
    ['an id used twice', `${HEAD}## A {#x}\n## B {#x}\n`, `${FILE}:7: {#x} stands on line 6 already`],
  ])('says where it has %s', (_, text, message) => {
    expect(() => parseLesson(text, FILE)).toThrow(UserError);
    expect(() => parseLesson(text, FILE)).toThrow(message);
  });
});

describe('includeCode', () => {
  const source = [
    'a();',
    '  // #region all',
    '  b();',
    '  // #region part',
    '    c();',
    '',
    '  d();',
    '  // #endregion',
    '  // #endregion all',
    'e();',
  ].join('\n');
  const read = (path: string) => (path === 'labs/x.ts' ? source : undefined);
  const lessonWith = (include: string) =>
    parseLesson(`${HEAD}## Code {#code}\n\nText.\n\n\`\`\`ts include=${include}\n\`\`\`\n`, FILE);

  it('puts the region of the source into the block, without its indentation', () => {
    const filled = includeCode(lessonWith('labs/x.ts#part'), read);
    const text = 'Text.\n\n```ts source=labs/x.ts#part\n  c();\n\nd();\n```';
    expect(filled.sections[0]?.blocks).toEqual([{ type: 'prose', text, line: 8 }]);
  });

  it('leaves the marks of inner regions out', () => {
    expect(extractRegion(source, 'all')).toBe('b();\n  c();\n\nd();');
  });

  it('names file and line of the lesson where the region or the source is missing', () => {
    expect(() => includeCode(lessonWith('labs/x.ts#none'), read)).toThrow(`${FILE}:10: include=labs/x.ts#none`);
    expect(() => includeCode(lessonWith('labs/x.ts#none'), read)).toThrow('has no region "none"');
    expect(() => includeCode(lessonWith('labs/y.ts#part'), read)).toThrow('there is no file labs/y.ts');
  });

  it('does not take a region that has no end', () => {
    expect(extractRegion('// #region a\nb();', 'a')).toBeUndefined();
  });

  it('reads the sources of the package', () => {
    expect(() => includeCode(lessonWith('src/lesson/include.ts#none'))).toThrow(
      'src/lesson/include.ts has no region "none"',
    );
  });
});

describe('loadLesson', () => {
  it('names the file where there is no such lesson in any language', () => {
    expect(() => loadLesson('99-nothing', 'zh')).toThrow('there is no lesson lessons/en/99-nothing.md');
  });
});
