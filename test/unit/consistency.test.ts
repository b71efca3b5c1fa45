import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { shortNames } from '../../src/cli/commands/lab.js';
import { runProgram } from '../../src/cli/program.js';
import { HOST_STEP } from '../../src/lab/host.js';
import { loadRun } from '../../src/lab/recording.js';
import type { Block } from '../../src/lesson/blocks.js';
import { includeCode } from '../../src/lesson/include.js';
import { type Lesson, parseLesson, type Section } from '../../src/lesson/lesson.js';
import { ANATOMY, tellsOfStep } from '../support/anatomy.js';
import { wrongAnswers } from '../support/questions.js';
import { isTranslated } from '../support/translations.js';

const LANGUAGES = ['en', 'zh'] as const;
const IDS = CATALOGUE.map(({ id }) => id);
/** Texts without a lab. */
const TEXTS = ['00-introduction', 'glossary'];
const DOCS = readdirSync('docs').map((file) => `docs/${file}`);

describe('the catalogue', () => {
  it('lists every lab in labs/, in order, and no other', () => {
    expect(IDS).toEqual(
      readdirSync('labs')
        .filter((name) => existsSync(`labs/${name}/lab.ts`))
        .sort(),
    );
  });

  it('gives each lab names of its own', () => {
    const names = IDS.flatMap((id) => [id, ...shortNames(id)]);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(CATALOGUE)('loads $id under that id, with steps of different names', async (entry) => {
    const { id, steps } = await entry.load();
    expect(id).toBe(entry.id);
    expect([...steps, HOST_STEP]).toEqual([...new Set([...steps, HOST_STEP])]);
  });

  it.each(CATALOGUE)('loads $id, where each step can be skipped or says why not', async (entry) => {
    const { steps, skippable, unskippable } = await entry.load();
    expect([...skippable, ...Object.keys(unskippable)].sort()).toEqual([...steps].sort());
    for (const why of Object.values(unskippable)) expect(why).toMatch(/^[a-z].*[^.]$/);
  });
});

describe.each(LANGUAGES)('the lessons in lessons/%s', (language) => {
  it('are one for each lab, an introduction and a glossary', () => {
    const files = readdirSync(`lessons/${language}`).filter((name) => name.endsWith('.md'));
    const due = [...IDS, ...TEXTS].filter((id) => isTranslated(lessonFile(language, id)) || files.includes(`${id}.md`));
    expect(files.sort()).toEqual(due.map((id) => `${id}.md`).sort());
  });

  describe.each(CATALOGUE.filter(({ id }) => isTranslated(lessonFile(language, id))))('$id', (entry) => {
    const read = () => readLesson(language, entry.id);

    it('has a title and a summary: in English those of the catalogue', () => {
      const { title, summary } = read();
      if (language === 'en') expect({ title, summary }).toEqual({ title: entry.title, summary: entry.summary });
      expect([title, summary]).not.toContain('');
    });

    it('has one section for each step, in their order, and for nothing that is no step', async () => {
      const { steps } = await entry.load();
      expect(
        read()
          .sections.filter(tellsOfStep)
          .map(({ id }) => id),
      ).toEqual([...steps, HOST_STEP]);
    });

    it('has all that a lesson has around its steps, in that order, and a name for each section', () => {
      const ids = read().sections.flatMap(({ id }) => id ?? []);
      expect(ids.filter((id) => ANATOMY.some((part) => part === id))).toEqual([...ANATOMY]);
      expect(read().sections.filter(({ level, id }) => level === 2 && id === undefined)).toEqual([]);
    });

    it('tells something in each step, for the room and for the presenter', () => {
      for (const { narration, blocks } of read().sections.filter(tellsOfStep)) {
        expect(narration).toMatch(/[.。：:」”]$/u);
        expect(blocks.map(({ type }) => type)).toContain('notes');
      }
    });

    it('says in all notes how many minutes they take in a room', () => {
      const blocks = [...read().opening, ...read().sections.flatMap((section) => section.blocks)];
      const silent = blocks.filter((block) => block.type === 'notes' && block.minutes === 0);
      expect(silent.map(({ line }) => line)).toEqual([]);
    });

    it('gives the answers to its questions that the kernel gave in the recorded run', () => {
      expect(wrongAnswers(read(), loadRun(entry.id) ?? [])).toEqual([]);
    });

    it('shows only transcripts of which there is a recording', () => {
      const shown = read().sections.flatMap(({ blocks }) => blocks.filter((block) => block.type === 'transcript'));
      const missing = shown.filter(
        ({ step, skip }) => !loadRun(entry.id, skip)?.some((event) => event.type === 'step' && event.id === step),
      );
      expect(missing).toEqual([]);
      expect(shown.length).toBeGreaterThan(2);
    });

    it('includes code that exists', () => {
      expect(() => includeCode(read())).not.toThrow();
    });

    it('proposes no --skip of a step that cannot be skipped', async () => {
      const { skippable } = await entry.load();
      const proposed = [...readText(language, entry.id).matchAll(/(?<!no `)--skip ([a-z][\w,-]*)/g)];
      const steps = proposed.flatMap(([, names = '']) => names.split(','));
      expect(steps.filter((step) => !skippable.includes(step))).toEqual([]);
    });
  });
});

const TRANSLATED = [...IDS, ...TEXTS].filter((id) => isTranslated(lessonFile('zh', id)));

describe.each(TRANSLATED)('both editions of %s', (id) => {
  const english = () => readLesson('en', id);
  const chinese = () => readLesson('zh', id);

  it('have the same sections, at the same depth', () => {
    expect(chinese().sections.map(heading)).toEqual(english().sections.map(heading));
  });

  it('have the same questions, hints, notes, drawings and transcripts in them', () => {
    expect(chinese().sections.map(shape)).toEqual(english().sections.map(shape));
  });

  it('include the same code', () => {
    expect(includesIn('zh', id)).toEqual(includesIn('en', id));
  });

  it('name the same options of Docker and fields of the OCI, and take about as long', () => {
    expect(codesOf(chinese().meta)).toEqual(codesOf(english().meta));
    expect(Math.abs(chinese().minutes - english().minutes)).toBeLessThanOrEqual(5);
  });
});

/** Options, fields and values, without the words around them. */
function codesOf(meta: Readonly<Record<string, string>>): string[] {
  const codes = Object.values(meta).flatMap((text) => text.match(/--?[a-z][\w-]*|\w+(?:\.\w+)+|"\w+"|`[^`]+`/g) ?? []);
  return codes.sort();
}

describe('what is written about tslab', () => {
  it('names in the README every lab, and in it or in docs/ every command that --help names', async () => {
    const commands = await commandsInHelp();
    const readme = readFileSync('README.md', 'utf8');
    const docs = DOCS.map((file) => readFileSync(file, 'utf8')).join('');
    expect(commands).toEqual(expect.arrayContaining([...IDS, 'list', 'doctor', 'cleanup']));
    expect(IDS.filter((id) => !readme.includes(id))).toEqual([]);
    expect(commands.filter((command) => !(readme + docs).includes(command))).toEqual([]);
  });

  it.each(['README.md', 'CONTRIBUTING.md', ...DOCS])('links in %s to what there is', (path) => {
    const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, file = '', heading]) => {
      const target = file === '' ? path : join(dirname(path), file);
      return !existsSync(target) || !(heading === undefined || headings(target).includes(heading));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it.each(documents())('shows in %s only commands that exist', async (path) => {
    const known = [...(await commandsInHelp()), ...IDS.flatMap(shortNames)];
    expect(commandsShown(readFileSync(path, 'utf8')).filter((command) => !known.includes(command))).toEqual([]);
  });
});

function lessonFile(language: string, id: string): string {
  return `lessons/${language}/${id}.md`;
}

function readText(language: string, id: string): string {
  return readFileSync(lessonFile(language, id), 'utf8');
}

function readLesson(language: string, id: string): Lesson {
  return parseLesson(readText(language, id), lessonFile(language, id));
}

function heading({ id, level }: Section): [string | undefined, number] {
  return [id, level];
}

/** All of a section that must not differ between languages. */
function shape({ id, blocks }: Section) {
  return { id, blocks: blocks.filter(({ type }) => type !== 'prose').map(withoutWords) };
}

function withoutWords(block: Block) {
  if (block.type === 'predict') {
    const choices = block.choices.map(({ right, says }) => ({ right, says }));
    return { type: block.type, check: block.check, choices };
  }
  if (block.type === 'transcript') return { type: block.type, step: block.step, skip: block.skip };
  return block.type === 'notes' ? { type: block.type, minutes: block.minutes } : block.type;
}

function includesIn(language: string, id: string): string[] {
  return [...readText(language, id).matchAll(/^```.* include=(\S+)/gm)].map(([, source = '']) => source);
}

function documents(): string[] {
  const lessons = LANGUAGES.flatMap((language) =>
    readdirSync(`lessons/${language}`).map((file) => `${language}/${file}`),
  );
  return ['README.md', 'CONTRIBUTING.md', ...DOCS, ...lessons.map((file) => `lessons/${file}`)];
}

/** As GitHub names them in addresses. */
function headings(path: string): string[] {
  const titles = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title);
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replace(/ /g, '-'),
  );
}

/** The first word of each line in the help that stands for a lab or a command. */
async function commandsInHelp(): Promise<string[]> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runProgram(['--help']);
  const help = write.mock.calls.map(([text]) => text).join('');
  write.mockRestore();
  return [...help.matchAll(/^ {2}([a-z0-9][\w-]*) {2,}/gm)].map(([, name = '']) => name);
}

/** Words behind `tslab` in code: inline, or at the start of a line of a block. */
function commandsShown(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```[^\n]*\n(.*?)^```/gms)].map(([, code = '']) => code);
  const inBlocks = blocks.flatMap((code) => [...code.matchAll(/^(?:[$#] |sudo |npx |.*&& )*tslab ([a-z0-9][\w-]*)/gm)]);
  const inline = [...markdown.matchAll(/`(?:sudo |npx )*tslab ([a-z0-9][\w-]*)/g)];
  return [...inBlocks, ...inline].map(([, name = '']) => name);
}
