import type { Facts, Finding, Look } from './definition.js';
import type { ExerciseEnded, FactSeen } from './events.js';

/**
 * Looks at the facts in their order, up to the first that does not hold: those behind it would only repeat what is wrong, and may
 * need what is not there.
 */
export async function lookAt(exercise: string, facts: Facts, ids: readonly string[]): Promise<FactSeen[]> {
  const seen: FactSeen[] = [];
  for (const fact of ids) {
    const isDue = seen.every(({ held }) => held);
    const found = isDue ? await findingOf(facts[fact]) : { held: false, at: null, says: null };
    seen.push({ type: 'fact', exercise, fact, ...found });
  }
  return seen;
}

/** What is looked at may end meanwhile. */
async function findingOf(look: Look | undefined): Promise<Finding> {
  try {
    return (await look?.()) ?? gone('');
  } catch (error) {
    const { code, path = '', message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return gone(path, message);
  }
}

/** Of what is not there (any more). */
export function gone(at: string, says = 'not there'): Finding {
  return { held: false, at, says };
}

/** What is the same in two places: told with what was found. */
export function same(at: string, expected: string | number, actual: string | number | null): Finding {
  return { held: expected === actual, at, says: String(actual ?? 'not there') };
}

/** What comes of an attempt with these facts. */
export function outcomeOf(exercise: string, seen: readonly FactSeen[]): ExerciseEnded {
  const broken = seen.find(({ held }) => !held);
  return broken ? { type: 'unsolved', exercise, fact: broken.fact } : { type: 'solved', exercise };
}
