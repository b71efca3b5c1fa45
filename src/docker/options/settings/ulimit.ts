import { type ResourceLimit, ULIMITS } from '../../../container/record.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nearest } from '../../../state/nearest.js';

/** Limits of `--ulimit NAME=SOFT[:HARD]`; of two with one name the later counts. Throws UserError (2), in the words of docker (go-units, ParseUlimit()). */
export function parseUlimits(words: readonly string[]): ResourceLimit[] {
  return [...new Map(words.map(parseUlimit).map((limit) => [limit.name, limit])).values()];
}

function parseUlimit(word: string): ResourceLimit {
  const [name = '', value] = word.split(/=(.*)/s);
  if (value === undefined) throw refuse(`invalid ulimit argument: ${word}`);
  const known = ULIMITS.find((one) => one === name);
  if (!known) throw unknown(name);
  const [soft, hard = soft, ...more] = value.split(':').map((text) => parseNumber(text, word));
  if (more.length > 0)
    throw refuse(`too many limit value arguments - ${value}, can only have up to two, \`soft[:hard]\``);
  checkOrder(soft as number, hard as number);
  return { name: known, soft: soft as number, hard: hard as number };
}

function parseNumber(text: string, word: string): number {
  const number = Number(text);
  if (/^(-1|\d+)$/.test(text) && Number.isSafeInteger(number)) return number;
  throw refuse(`invalid ulimit argument: ${word}: ${JSON.stringify(text)} is no whole number`);
}

function checkOrder(soft: number, hard: number): void {
  const words = 'ulimit soft limit must be less than or equal to hard limit';
  if (hard === -1 || (soft !== -1 && soft <= hard)) return;
  throw refuse(soft === -1 ? `${words}: soft: -1 (unlimited), hard: ${hard}` : `${words}: ${soft} > ${hard}`);
}

function unknown(name: string): UserError {
  const like = nearest(name, ULIMITS);
  const remedy = `${like ? `Did you mean ${like}? ` : ''}Limits: ${ULIMITS.join(', ')}.`;
  return new UserError(`invalid ulimit type: ${name}`, 2, remedy);
}

function refuse(message: string): UserError {
  return new UserError(message, 2, 'NAME=SOFT[:HARD], such as nofile=1024:2048; -1 is none.');
}
