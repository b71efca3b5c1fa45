import { CATALOGUE, type CatalogueEntry } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { LabDefinition } from '../../lab/definition.js';
import { HOST_STEP } from '../../lab/host.js';
import { LANGUAGES } from '../../view/words/index.js';
import type { RunRequest } from '../messages.js';

/** Characters: the longest sensible value of an option has less. */
const LONGEST = 64;

/** What a page asks for, if it is something that a lab can do. Throws UserError (2) that tells what is possible. */
export async function parseRunRequest(body: unknown): Promise<RunRequest> {
  const { lab, language, skip = [], options = {}, runTo } = recordOf(body);
  const entry = findLab(lab);
  const definition = await entry.load();
  const request = {
    lab: entry.id,
    language: parseLanguage(language),
    skip: parseSteps(skip, definition),
    options: parseOptions(options, entry),
    ...(runTo === undefined ? {} : { runTo: parseRunTo(runTo, definition) }),
  };
  definition.check?.(request.options);
  return request;
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refuse(`${tell(value)} is no object`, 'Send {"lab": "01-pid-namespace", "language": "en"}.');
}

function findLab(lab: unknown): CatalogueEntry {
  const entry = CATALOGUE.find(({ id }) => id === lab);
  if (entry) return entry;
  throw refuse(`there is no lab ${tell(lab)}`, `There are: ${CATALOGUE.map(({ id }) => id).join(', ')}.`);
}

function parseLanguage(language: unknown): string {
  const known = LANGUAGES.find((one) => one === language);
  if (known) return known;
  throw refuse(`${tell(language)} is not a language of tslab`, `There are: ${LANGUAGES.join(', ')}.`);
}

function parseSteps(steps: unknown, { id, skippable }: LabDefinition): string[] {
  if (!Array.isArray(steps)) throw refuse(`${tell(steps)} is no list of steps`, `There are: ${skippable.join(', ')}.`);
  const unknown = steps.find((step) => !skippable.includes(step));
  if (unknown === undefined) return skippable.filter((step) => steps.includes(step));
  throw refuse(`${id} has no step ${tell(unknown)} that can be skipped`, `There are: ${skippable.join(', ')}.`);
}

/** Which values make sense is up to the lab. */
function parseOptions(options: unknown, { id, options: own }: CatalogueEntry): Record<string, string> {
  const names = own.map(nameOf);
  const given = Object.entries(recordOf(options));
  const unknown = given.find(([name]) => !names.includes(name));
  const all = names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.';
  if (unknown) throw refuse(`${id} has no option ${tell(unknown[0])}`, all);
  return Object.fromEntries(given.map(([name, value]) => [name, parseValue(name, value)]));
}

/** `quota` of `--quota <share>`. */
export function nameOf({ flags }: CatalogueEntry['options'][number]): string {
  return flags.replace(/^--/, '').replace(/ .*/, '');
}

function parseValue(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST && !/\p{Cc}/u.test(value)) return value;
  throw refuse(`${name}: ${tell(value)} is no value`, `A text of at most ${LONGEST} characters is wanted.`);
}

function parseRunTo(step: unknown, { id, steps }: LabDefinition): string {
  const found = [...steps, HOST_STEP].find((one) => one === step);
  if (found !== undefined) return found;
  throw refuse(`${id} has no step ${tell(step)}`, `There are: ${steps.join(', ')}.`);
}

function refuse(message: string, remedy: string): UserError {
  return new UserError(message, 2, remedy);
}

/** What was given, as JSON, short enough for a message. */
function tell(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
