import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLesson } from '../../src/lesson/lesson.js';
import { displayWidth } from '../../src/view/text/width.js';
import { atTerminal, jsonLines, shell, TSLAB, tslab } from './tslab.js';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-read-'));
});
afterEach(() => rmSync(state, { recursive: true }));

const run = (words: string[], env: NodeJS.ProcessEnv = {}) => tslab(words, { TSLAB_STATE: state, ...env });
const terminal = (words: string, env: NodeJS.ProcessEnv = {}) => {
  const { TSLAB_PAGER = undefined, PAGER = undefined, LESS = undefined } = env;
  return atTerminal(words, 80, { TSLAB_STATE: state, ...env, TSLAB_PAGER, PAGER, LESS });
};

describe('tslab read, in a pipe', () => {
  it('lists the lessons, and remembers which were read', () => {
    expect(run(['read']).stdout).toMatch(/^03-cgroups .* min$/m);
    expect(run(['read', '03']).status).toBe(0);
    expect(run(['read']).stdout).toMatch(/^03-cgroups .* min {2}read$/m);
    expect(run(['list']).stdout).toContain('(read)');
  });

  it.each(['03-cgroups', 'cgroups', '3'])('takes %s for a name of lesson 03', (name) => {
    expect(run(['read', name]).stdout).toBe(run(['read', '03']).stdout);
  });

  it('is plain, without colours and without a pager, and says the same as with options', () => {
    const { stdout, stderr } = run(['read', '03'], { PAGER: 'false' });
    expect(stdout).not.toContain('\x1b');
    expect(stdout).toContain('━━ The question ━━');
    expect(stderr).toBe('');
    expect(run(['read', '03', '--no-color']).stdout).toBe(stdout);
  });

  it('shows one section, and which comes next', () => {
    const { stdout } = run(['read', '03', '--section', 'cpu-quota']);
    expect(stdout).toMatch(/^━━ .* cpu-quota ━━\n/);
    expect(stdout).toMatch(/Next: `tslab read 03 --section fixed-work`\n$/);
    expect(stdout).not.toContain('━━ The question');
  });

  it('shows what a run told, as it was recorded', () => {
    const { stdout } = run(['read', '01', '--section', 'clone-newpid']);
    expect(stdout).toMatch(/Recorded run of tslab 01-pid-namespace, step clone-newpid/);
    expect(stdout).toMatch(/clone\(CLONE_VM\|CLONE_NEWPID\|SIGCHLD\) = \d+/);
  });

  it('lists the sections of a lesson', () => {
    const ids = loadLesson('03-cgroups').sections.flatMap(({ id }) => id ?? []);
    const { stdout } = run(['read', '03', '--toc']);
    expect(ids.filter((id) => !stdout.includes(`  ${id} `))).toEqual([]);
  });

  it('keeps to 20 columns, but for drawings', () => {
    const { stdout } = run(['read', '03'], { COLUMNS: '20' });
    const wide = stdout.split('\n').filter((line) => displayWidth(line) > 20);
    const drawn = loadLesson('03-cgroups').sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === 'diagram' ? block.text.split('\n') : [])),
    );
    expect(wide.filter((line) => !drawn.includes(line))).toEqual([]);
  });

  it('is linear text with --plain, and data with --json', () => {
    const plain = run(['read', '03', '--plain']).stdout;
    expect(plain).toContain('Section: ');
    expect(plain).not.toMatch(/[─━│┌]/);
    const [lesson] = jsonLines(run(['read', '03', '--json']).stdout);
    expect(lesson).toMatchObject({ id: '03-cgroups', language: 'en', sections: expect.any(Array) });
    expect(JSON.stringify(lesson)).not.toContain('"type":"notes"');
  });

  it('starts without the library for command lines, and without grammars that nobody sees', () => {
    const tell = join(state, 'tell.cjs');
    writeFileSync(tell, `process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')));`);
    const { stderr } = run(['read', '03'], { NODE_OPTIONS: `--require ${tell}` });
    const loaded = stderr.split('\n').map((file) => basename(file, '.cjs'));
    expect(loaded).toEqual(expect.arrayContaining(['read', 'lesson', 'markdown-it']));
    expect(loaded.filter((name) => /^(commander|container|highlight|koffi|pager)/.test(name))).toEqual([]);
  });

  it('ends quietly when nobody reads on', () => {
    const { stdout, stderr } = shell(`TSLAB_STATE='${state}' tslab read 03 | head -1`);
    expect(stdout).toMatch(/^03-cgroups {2}/);
    expect(stderr).toBe('');
  });
});

describe('tslab read --search', () => {
  it('lists the sections that say it, of all lessons, with the line in the file', () => {
    const { status, stdout } = run(['read', '--search', 'WHITEOUT device']);
    const [, line] = /^04-overlay:(\d+) {2}whiteout {2}/m.exec(stdout) ?? [];
    const file = readFileSync(new URL('../../lessons/en/04-overlay.md', import.meta.url), 'utf8').split('\n');
    expect(file.slice(Number(line) - 1, Number(line) + 3).join(' ')).toMatch(/whiteout[\s\S]*device/);
    expect(stdout).toMatch(/sections of \d lessons/);
    expect(status).toBe(0);
  });

  it('searches one lesson, and gives JSON to a program', () => {
    const hits = jsonLines(run(['read', '02', '--search', 'pivot_root', '--json']).stdout);
    expect(new Set(hits.map(({ lesson }) => lesson))).toEqual(new Set(['02-rootfs']));
    expect(hits[0]).toMatchObject({ section: expect.any(String), line: expect.any(Number), text: expect.any(String) });
  });

  it('finds Chinese, which has no spaces', () => {
    expect(run(['read', '--search', '写时复制', '--lang', 'zh']).status).toBe(0);
    expect(run(['read', '--search', '容器的网络', '--lang', 'zh']).stdout).toContain('05-exec:');
  });

  it('says so, with status 1, where nothing is found', () => {
    expect(run(['read', '--search', 'nonesuch'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'tslab: no lesson says "nonesuch"\n',
    });
  });
});

describe('tslab read --lang', () => {
  it('shows the Chinese edition, with Chinese words around it', () => {
    const { stdout } = run(['read', '01', '--lang', 'zh', '--section', 'clone-newpid']);
    expect(stdout).toMatch(/\p{Script=Han}{4}/u);
    expect(stdout).toContain('下一节：');
  });

  it('is refused where there are no lessons in that language, and those that there are are named', () => {
    const { status, stderr } = run(['read', '01', '--lang', 'fr', '--toc']);
    expect(stderr).toBe('tslab: --lang: "fr" is not a language of tslab\nThere are: en, zh.\n');
    expect(status).toBe(2);
  });
});

describe('tslab read refuses', () => {
  it.each([
    [['read', 'cgroop'], 'There is no lesson "cgroop". Did you mean cgroups?'],
    [['read', '03', '--section', 'cpu-qota'], 'has no section "cpu-qota". Did you mean cpu-quota?'],
    [['read', '03', '--hints', 'all'], 'It is a number'],
    [['read', '03', '--lang', '../x'], '"../x" is not a language'],
    [['read', '03', '04'], 'too many arguments'],
  ])('%j: %s', (words, message) => {
    const { status, stdout, stderr } = run(words);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('tslab read, at a terminal', () => {
  it('goes through less, in colour, and comes back', async () => {
    const session = terminal('read 03');
    const screen = await session.seen('Contents');
    expect(screen).toContain('\x1b[1m');
    session.type('G');
    await session.seen('04-overlay');
    session.type('q');
    expect((await session.ended).status).toBe(0);
  });

  it('keeps the answer to a question, and what comes behind it, for the next page', async () => {
    const copy = join(state, 'copy');
    await terminal('read 01', { TSLAB_PAGER: `cat > '${copy}'` }).ended;
    const lines = stripVTControlCharacters(readFileSync(copy, 'utf8')).split('\n');
    // 24 rows, and the last is the pager's.
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    const choice = at('c) The child says 1; the host says two numbers');
    const last = lines.findIndex((line, index) => index > choice && line.includes('on the next page'));
    const answer = at('The process has an entry in both tables');
    expect(last).toBeGreaterThan(23);
    expect(Math.floor(answer / 23)).toBe(Math.floor(last / 23) + 1);
    expect(at('The same child with one more flag')).toBeGreaterThan(answer);
    expect(lines[answer - (answer % 23)]).toContain('┃ Answer: c');
  });

  it('gives the pager all of it', async () => {
    const copy = join(state, 'copy');
    const { status } = await terminal('read 03', { TSLAB_PAGER: `cat > '${copy}'`, PAGER: 'false' }).ended;
    const shown = stripVTControlCharacters(readFileSync(copy, 'utf8'));
    expect(shown).toMatch(/^03-cgroups {2}/);
    expect(shown).toContain('━ next ━━');
    expect(status).toBe(0);
  });

  it('shows it all the same where the pager does not exist', async () => {
    const { status, stdout } = await terminal('read 03 --section next', { PAGER: 'no-such-pager -x' }).ended;
    expect(stdout).toContain('no-such-pager');
    expect(stripVTControlCharacters(stdout)).toContain('━ next ━━');
    expect(status).toBe(0);
  });

  it('shows it without a word where there is no less', async () => {
    const alone = `PATH=/nonexistent '${process.execPath}' '${TSLAB}'`;
    const { status, stdout } = await terminal(`--version; ${alone} read 03 --section next`).ended;
    expect(stripVTControlCharacters(stdout)).toMatch(/^[\d.]+\s+━━ /);
    expect(status).toBe(0);
  });

  it('takes a pager that ends early for what it is', async () => {
    const { status, stdout } = await terminal('read 03', { PAGER: 'head -1' }).ended;
    expect(stripVTControlCharacters(stdout).trim()).toBe('03-cgroups  How much, not what');
    expect(status).toBe(0);
  });

  it('needs no pager with --no-pager, nor where the cursor cannot move', async () => {
    const all = await Promise.all([
      terminal('read 03 --section next --no-pager', { PAGER: 'false' }).ended,
      terminal('read 03 --section next', { PAGER: 'false', TERM: 'dumb' }).ended,
    ]);
    for (const { stdout } of all) expect(stripVTControlCharacters(stdout)).toContain('━ next ━━');
  });

  it('goes on at the section at which the lesson was left, and counts it as read at its end', async () => {
    const first = terminal('read 03');
    await first.seen('Contents');
    first.type('   q');
    await first.ended;
    expect(progressOf('03-cgroups')).toMatchObject({ read: null, section: 'without' });
    const second = terminal('read 03');
    await second.seen('Space: go on there');
    second.type(' ');
    // In the question, and as the head of the section.
    expect(await second.seen('Without it', 2)).not.toContain('Contents');
    second.type('Gq');
    await second.ended;
    expect(progressOf('03-cgroups')).toMatchObject({ read: expect.any(String), section: null });
  });

  it.each([
    ['q', 0],
    ['\x03', 130],
  ])('reads nothing where the answer is %j', async (key, expected) => {
    writeFileSync(join(state, 'progress.json'), '{"version":1,"sections":{"03-cgroups":"question"}}');
    const session = terminal('read 03; echo status $?');
    await session.seen('Space: go on there');
    session.type(key);
    const { stdout } = await session.ended;
    expect(stdout).toContain(`status ${expected}`);
    expect(stdout).not.toContain('Contents');
  });

  it('begins at a section without a pager that keeps the place, too', () => {
    const { stdout } = run(['read', '03', '--from', 'further']);
    expect(stdout).toMatch(/^━━ .* further ━━[\s\S]*━ next ━━/);
    expect(run(['read', '03', '--from', 'nothing']).status).toBe(2);
  });

  it('gives the terminal back as it was after Ctrl-C', async () => {
    const session = terminal('read 03; stty -a');
    await session.seen('Contents');
    session.type('\x03');
    // What is typed while less takes the interrupt is lost.
    const typing = setInterval(() => session.type('q'), 50);
    const { stdout } = await session.ended;
    clearInterval(typing);
    expect(stdout).toMatch(/[^-]isig [^-]*icanon/);
  });
});

describe('progress', () => {
  it('counts a lab that held, and not one of which a step was left out', () => {
    expect(run(['01', '--skip', 'mount-proc', '--json']).status).toBe(1);
    expect(progressOf('01-pid-namespace')).toMatchObject({ held: null });
    expect(run(['01', '--json']).status).toBe(0);
    expect(progressOf('01-pid-namespace')).toMatchObject({ held: expect.stringMatching(/^\d{4}-/) });
    expect(run(['list']).stdout).toContain('(held)');
  });

  it('names nobody, unless a name is given', () => {
    expect(progressOf('03-cgroups')).toEqual({
      ...{ id: '03-cgroups', read: null, section: null },
      ...{ held: null, predicted: null },
    });
    const rows = jsonLines(run(['progress', '--json', '--name', 'Ada']).stdout);
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['Ada']));
    expect(run(['progress', '--name', 'Ada']).status).toBe(2);
  });

  it('counts predictions of the last run', () => {
    const file = { version: 1, predicted: { '01-pid-namespace': { asked: 8, right: 6 } } };
    writeFileSync(join(state, 'progress.json'), JSON.stringify(file));
    expect(progressOf('01-pid-namespace')).toMatchObject({ predicted: { asked: 8, right: 6 } });
  });

  it('counts a lesson that was opened whole, and not a part of it', () => {
    run(['read', '03', '--toc']);
    run(['read', '03', '--section', 'next']);
    run(['read', '03', '--json']);
    expect(progressOf('03-cgroups')).toMatchObject({ read: null });
    run(['read', '03', '--plain']);
    expect(progressOf('03-cgroups')).toMatchObject({ read: expect.any(String) });
  });

  it('is forgotten with --reset', () => {
    run(['read', '03']);
    expect(run(['progress', '--reset']).status).toBe(0);
    expect(run(['progress']).stdout).toMatch(/^03-cgroups +not read/m);
  });

  it('that cannot be kept is one note, and the lesson is read', () => {
    const { status, stdout, stderr } = run(['read', '03'], { TSLAB_STATE: '/proc/tslab' });
    expect(stdout).toContain('━━ The question ━━');
    expect(stderr).toMatch(/^tslab: Your progress is not kept\. .*\n$/);
    expect(status).toBe(0);
    expect(run(['progress', '--reset'], { TSLAB_STATE: '/proc/tslab' }).status).toBe(1);
  });

  it('that is damaged is one note, and is set aside', () => {
    writeFileSync(join(state, 'progress.json'), '{"read":');
    const { status, stderr } = run(['list']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^tslab: .* is damaged: .*\n$/)]);
    expect(run(['read', '03']).stderr).toBe('');
    expect(run(['list']).stderr).toBe('');
  });
});

function progressOf(id: string): Record<string, unknown> | undefined {
  return jsonLines(run(['progress', '--json']).stdout).find((row) => row.id === id);
}
