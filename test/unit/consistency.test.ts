import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { CATALOGUE, type CatalogueEntry } from '../../labs/catalogue.js';
import { shortNames } from '../../src/cli/lab-command.js';
import { runProgram } from '../../src/cli/program.js';
import { HOST_STEP } from '../../src/lab/host.js';
import { includeCode } from '../../src/lab/include.js';
import { type Lesson, parseLesson } from '../../src/lab/lesson.js';

const LANGUAGES = readdirSync('lessons');
const IDS = CATALOGUE.map(({ id }) => id);

describe('the catalogue', () => {
  it('lists every lab in labs/, in order, and no other', () => {
    const modules = readdirSync('labs').filter((name) => /^\d\d-.*\.ts$/.test(name));
    expect(IDS.map((id) => `${id}.ts`)).toEqual(modules.sort());
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

  it.each(CATALOGUE)('loads $id, where only steps that it has can be skipped', async (entry) => {
    const { steps, skippable } = await entry.load();
    expect(skippable.filter((step) => !steps.includes(step))).toEqual([]);
  });
});

describe.each(LANGUAGES)('the lessons in lessons/%s', (language) => {
  it('are one for each lab', () => {
    const files = readdirSync(`lessons/${language}`).filter((name) => name.endsWith('.md'));
    expect(files.sort()).toEqual(IDS.map((id) => `${id}.md`).sort());
  });

  describe.each(CATALOGUE)('$id', (entry) => {
    it('has a title and a summary: in English those of the catalogue', () => {
      const { title, summary } = readLesson(language, entry);
      if (language === 'en') expect({ title, summary }).toEqual({ title: entry.title, summary: entry.summary });
      expect([title, summary]).not.toContain('');
    });

    it('has one section for each step, in their order, and for nothing that is no step', async () => {
      const { steps } = await entry.load();
      const ids = readLesson(language, entry).sections.flatMap(({ id }) => id ?? []);
      expect(ids).toEqual([...steps, HOST_STEP]);
    });

    it('tells something in each of them', () => {
      const steps = readLesson(language, entry).sections.filter(({ id }) => id !== undefined);
      expect(steps.filter(({ narration }) => narration === '').map(({ id }) => id)).toEqual([]);
    });

    it('includes code that exists', () => {
      const lesson = readLesson(language, entry);
      expect(() => includeCode(lesson)).not.toThrow();
    });

    it('proposes no --skip of a step that cannot be skipped', async () => {
      const { skippable } = await entry.load();
      const proposed = [...readText(language, entry).matchAll(/(?<!no `)--skip ([a-z][\w,-]*)/g)];
      const steps = proposed.flatMap(([, names = '']) => names.split(','));
      expect(steps.filter((step) => !skippable.includes(step))).toEqual([]);
    });
  });
});

describe('what is written about tslab', () => {
  it('names in the README every lab and every command that --help names', async () => {
    const commands = await commandsInHelp();
    const readme = readFileSync('README.md', 'utf8');
    expect(commands).toEqual(expect.arrayContaining([...IDS, 'list', 'doctor', 'cleanup']));
    expect(commands.filter((command) => !readme.includes(command))).toEqual([]);
  });

  it.each(documents())('shows in %s only commands that exist', async (path) => {
    const known = [...(await commandsInHelp()), ...IDS.flatMap(shortNames)];
    expect(commandsShown(readFileSync(path, 'utf8')).filter((command) => !known.includes(command))).toEqual([]);
  });
});

function readText(language: string, { id }: CatalogueEntry): string {
  return readFileSync(`lessons/${language}/${id}.md`, 'utf8');
}

function readLesson(language: string, entry: CatalogueEntry): Lesson {
  return parseLesson(readText(language, entry), `lessons/${language}/${entry.id}.md`);
}

function documents(): string[] {
  const lessons = LANGUAGES.flatMap((language) =>
    readdirSync(`lessons/${language}`).map((file) => `${language}/${file}`),
  );
  return ['README.md', 'CONTRIBUTING.md', ...lessons.map((file) => `lessons/${file}`)];
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
  const blocks = [...markdown.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, code = '']) => code);
  const inBlocks = blocks.flatMap((code) => [...code.matchAll(/^(?:[$#] |sudo |npx |.*&& )*tslab ([a-z0-9][\w-]*)/gm)]);
  const inline = [...markdown.matchAll(/`(?:sudo |npx )*tslab ([a-z0-9][\w-]*)/g)];
  return [...inBlocks, ...inline].map(([, name = '']) => name);
}
