import { type Matrix, readMatrix } from './matrix.js';
import { comesWith, type Part } from './parts.js';
import { type Container, type Setup, startContainer } from './setup.js';

// #region add
/** A step: a new container with one part more, its tables beside those of the container before, and what `prove` checks. */
export async function addPart(setup: Setup, part: Part, prove: (container: Container) => Promise<void>): Promise<void> {
  const { lab, parts } = setup;
  if (await lab.step(part)) parts.add(part);
  const container = await startContainer(setup);
  await compare(setup, part, container);
  await prove(container);
  await lab.kill(container.child);
}
// #endregion

async function compare(setup: Setup, part: Part, container: Container): Promise<void> {
  const { lab, before } = setup;
  const after = readMatrix(container);
  for (const table of ['namespaces', 'sees', 'limits'] as const) {
    if (before) await lab.observe('before', before[table]);
    const differs = before?.[table].value !== after[table].value;
    const changedBy = differs ? causes(container, part, CHANGED_BY[part][table]) : '';
    await lab.tell({ type: 'observe', step: part, when: 'after', ...after[table], ...(changedBy && { changedBy }) });
  }
  setup.before = after;
}

/** The calls of each part that change a table, tslab's own among them. */
const CHANGED_BY: Readonly<Record<Part, Partial<Record<keyof Matrix, readonly string[]>>>> = {
  pid: { namespaces: ['clone'] },
  mount: { namespaces: ['clone'], sees: ['mount', 'pivot_root', 'umount2'] },
  overlay: { sees: ['mount'] },
  'uts-ipc': { namespaces: ['clone'], sees: ['mount', 'sethostname'] },
  net: { namespaces: ['clone'], sees: ['clone', 'mount'] },
  cgroup: { limits: ['write'] },
  volume: { sees: ['openat2', 'move_mount'] },
};

/** As they were made: `mount ×4, sethostname("box", 3)`. Of tslab's own calls the last of a name; of the list those that came with the part. */
function causes({ child, pieces, byTslab }: Container, part: Part, names: readonly string[] = []): string {
  const added = new Set(pieces.filter((piece) => comesWith(piece, part)).flatMap(({ calls }) => calls));
  const made = child.trace().filter(({ call, result }) => added.has(call) && (result ?? 0n) >= 0n);
  const texts = names.map((name) => {
    const own = byTslab.filter((text) => text.startsWith(`${name}(`)).slice(-1);
    return counted(name, [...own, ...made.filter(({ call }) => call.name === name).map(({ text }) => text)]);
  });
  return texts.filter(Boolean).join(', ');
}

function counted(name: string, texts: readonly string[]): string {
  return texts.length > 1 ? `${name} ×${texts.length}` : (texts[0] ?? '');
}
