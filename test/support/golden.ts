import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../labs/catalogue.js';
import { packageRoot } from '../../src/state/package-root.js';
import { LOOKS, type Look, nameOf, screensOf } from './screens.js';

/** Of 80 columns in English the screens are kept, a file a lab and pace; of the others one digest a step, all in one file. */
const FOLDER = join(packageRoot(), 'test/golden');
const DIGESTS = join(FOLDER, 'digests.json');

/** Digests by lab, step and look. */
type Digests = Record<string, Record<string, Record<string, string>>>;

/** What is kept of each step of a lab: its screen, or the digest of it. */
export function keptScreens(lab: string, look: Look): Map<string, string> {
  if (isWhole(look)) return parseScreens(readFileSync(fileOf(lab, look), 'utf8'));
  const digests: Digests = JSON.parse(readFileSync(DIGESTS, 'utf8'));
  const steps = Object.entries(digests[lab] ?? {});
  return new Map(steps.flatMap(([step, by]) => (by[nameOf(look)] ? [[step, by[nameOf(look)] as string]] : [])));
}

/** What is kept of a screen. */
export function keptOf(screen: string, look: Look): string {
  return isWhole(look) ? screen : createHash('sha256').update(screen).digest('hex').slice(0, 8);
}

/** How to see the screen of a step. */
export function commandFor(lab: string, step: string, { pace, language, columns }: Look): string {
  return `npm run golden -- ${lab} ${step} ${columns} ${language} ${pace}`;
}

/** Writes all of it anew. */
export async function writeGolden(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const digests: Digests = {};
  for (const { id } of CATALOGUE) {
    const steps: Digests[string] = {};
    for (const look of LOOKS) {
      const screens = await screensOf(id, look);
      if (isWhole(look)) writeFileSync(fileOf(id, look), renderScreens(screens));
      else for (const [step, text] of screens) steps[step] = { ...steps[step], [nameOf(look)]: keptOf(text, look) };
    }
    digests[id] = steps;
  }
  writeFileSync(DIGESTS, renderDigests(digests));
}

function isWhole({ language, columns }: Look): boolean {
  return language === 'en' && columns === 80;
}

function fileOf(lab: string, { pace }: Look): string {
  return join(FOLDER, `${lab}.${pace}.txt`);
}

/** `§ mount-proc`, and below it the screen of the step. */
function renderScreens(screens: ReadonlyMap<string, string>): string {
  return [...screens].map(([step, text]) => `§ ${step}\n${text}`).join('');
}

function parseScreens(text: string): Map<string, string> {
  const parts = text.split(/^§ (.*)\n/m).slice(1);
  return new Map(parts.flatMap((step, index) => (index % 2 === 0 ? [[step, parts[index + 1] ?? '']] : [])));
}

/** A line a step, so that changes to different steps do not meet. */
function renderDigests(digests: Digests): string {
  const labs = Object.entries(digests).map(([lab, steps]) => {
    const lines = Object.entries(steps).map(([step, by]) => `    ${JSON.stringify(step)}: ${JSON.stringify(by)}`);
    return `  ${JSON.stringify(lab)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${labs.join(',\n')}\n}\n`;
}
