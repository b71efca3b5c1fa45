import { CATALOGUE, type CatalogueEntry, optionName } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { checkSkips, checkSteps, type LabDefinition } from '../../lab/definition.js';
import { HOST_STEP } from '../../lab/host-step.js';
import { LANGUAGES } from '../../view/words/index.js';
import type { RunRequest } from '../messages.js';

/** Characters: the longest sensible value of an option has less. */
const LONGEST = 64;

/** What a page asks for, if it is something that a lab can do. Throws UserError (2) that tells what is possible. */
export async function parseRunRequest(body: unknown): Promise<RunRequest> {
  const { lab, language, skip = [], options = {}, runTo, compare } = recordOf(body);
  const entry = findLab(lab);
  const definition = await entry.load();
  const request = {
    lab: entry.id,
    language: parseLanguage(language),
    skip: parseSteps(skip, definition),
    options: parseOptions(options, entry),
    ...(runTo === undefined ? {} : { runTo: parseRunTo(runTo, definition) }),
    ...(compare === undefined ? {} : { compare: parseCompare(compare) }),
  };
  if (request.compare && (request.skip.length === 0 || request.runTo)) throw nothingToCompare();
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

function parseSteps(steps: unknown, definition: LabDefinition): string[] {
  const { skippable } = definition;
  if (!Array.isArray(steps)) throw refuse(`${tell(steps)} is no list of steps`, `There are: ${skippable.join(', ')}.`);
  checkSkips(definition, steps, 'skip');
  return skippable.filter((step) => steps.includes(step));
}

/** Which values make sense is up to the lab. */
function parseOptions(options: unknown, { id, options: own }: CatalogueEntry): Record<string, string> {
  const names = own.map(optionName);
  const given = Object.entries(recordOf(options));
  const unknown = given.find(([name]) => !names.includes(name));
  const all = names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.';
  if (unknown) throw refuse(`${id} has no option ${tell(unknown[0])}`, all);
  return Object.fromEntries(given.map(([name, value]) => [name, parseValue(name, value)]));
}

function parseValue(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST && !/\p{Cc}/u.test(value)) return value;
  throw refuse(`${name}: ${tell(value)} is no value`, `A text of at most ${LONGEST} characters is wanted.`);
}

function parseRunTo(step: unknown, { id, steps }: LabDefinition): string {
  checkSteps({ id, steps: [...steps, HOST_STEP] }, [step], 'runTo');
  return step as string;
}

function parseCompare(compare: unknown): true {
  if (compare === true) return compare;
  throw refuse(`compare: ${tell(compare)} is no value`, 'It is true, or left out.');
}

function nothingToCompare(): UserError {
  return refuse('two whole runs are compared, one of them without some steps', 'Send skip, and leave runTo out.');
}

function refuse(message: string, remedy: string): UserError {
  return new UserError(message, 2, remedy);
}

/** What was given, as JSON, short enough for a message. */
function tell(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
