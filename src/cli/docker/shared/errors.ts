import { UserError } from '../../../kernel/errors/user-error.js';
import { machineTrouble } from '../../../state/not-writable.js';
import { print } from '../../../terminal/output.js';
import { inCharset } from '../../../view/text/charset.js';
import { inLines } from '../../report-error.js';

/** Docker's exit status where it refuses. */
const REFUSED = 1;

/** Does what a command asks for; a person's mistake is told as Docker does (`Error: No such container: x`). The exit status. */
export async function tellingErrors(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const refusal = error instanceof UserError ? error : machineTrouble(error);
    if (!refusal) throw error;
    tellError(refusal);
    return REFUSED;
  }
}

/** Does something for each word; one that is refused does not keep the others from it. The exit status. */
export async function forEach(words: readonly string[], work: (word: string) => Promise<void>): Promise<number> {
  const statuses: number[] = [];
  for (const word of words) statuses.push(await tellingErrors(() => work(word).then(() => 0)));
  return Math.max(0, ...statuses);
}

/** As many as docker works on at once. */
const AT_ONCE = 50;

/** The same for all at once, where each may take long. What `work` returns is printed in the order of the words, as docker does. */
export function forAll(words: readonly string[], work: (word: string) => Promise<string>): Promise<number> {
  const works: Promise<string>[] = [];
  for (const word of words) {
    const before = works[works.length - AT_ONCE] ?? Promise.resolve();
    works.push(before.catch(() => {}).then(() => work(word)));
  }
  // Told below, when its turn comes; until then nobody looks at a failure.
  for (const one of works) one.catch(() => {});
  return forEach(words, async () => print((await works.shift()) as string));
}

/** On standard error, as Docker's client does. */
export function tellError(error: UserError): void {
  process.stderr.write(inCharset(`Error: ${inLines(error)}`));
}
