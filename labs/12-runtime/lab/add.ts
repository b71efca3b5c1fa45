import type { Telling } from '../../../src/lab/definition.js';
import type { Part } from './assemble.js';
import { type Bench, type Container, startContainer } from './bench.js';
import { type Matrix, readMatrix } from './matrix.js';

// #region add
/** A step: a new container with one part more, its tables beside those of the container before, and what `prove` checks. */
export async function* addPart(bench: Bench, part: Part, prove: (container: Container) => Telling): Telling {
  const { lab, parts } = bench;
  if (yield* lab.step(part)) parts.add(part);
  const container = yield* startContainer(bench);
  yield* compare(bench, part, container);
  yield* prove(container);
  yield* lab.kill(container.child);
}
// #endregion

async function* compare(bench: Bench, part: Part, container: Container): Telling {
  const { lab, before } = bench;
  const after = readMatrix(container);
  for (const table of ['namespaces', 'sees', 'limits'] as const) {
    if (before) yield* lab.observe('before', before[table]);
    const differs = before?.[table].value !== after[table].value;
    const call = differs ? CHANGED_BY[part][table] : undefined;
    const made = call && callOf(container, part, call);
    if (made) yield { type: 'observe', step: part, when: 'after', ...after[table], changedBy: made };
    else yield* lab.observe('after', after[table], call);
  }
  bench.before = after;
}

/** The call of each part that changes a table. */
const CHANGED_BY: Readonly<Record<Part, Partial<Record<keyof Matrix, string>>>> = {
  pid: { namespaces: 'clone' },
  mount: { namespaces: 'clone', sees: 'pivot_root' },
  overlay: { sees: 'mount' },
  'uts-ipc': { namespaces: 'clone', sees: 'sethostname' },
  net: { namespaces: 'clone', sees: 'clone' },
  cgroup: { limits: 'write' },
  volume: { sees: 'move_mount' },
};

/** As it was made: a list has many calls of one name, and only one of them came with this part. */
function callOf({ child, pieces }: Container, part: Part, name: string): string | undefined {
  const added = new Set(pieces.filter((piece) => piece.part === part).flatMap(({ calls }) => calls));
  return child.trace().find(({ call }) => call.name === name && added.has(call))?.text;
}
