import { containerOf, pidInBox, startContainerIn } from '../../src/exercise/container.js';
import { type Facts, shellExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import type { Child } from '../../src/kernel/process.js';
import type { ExitStatus } from '../../src/kernel/wait.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell, shellThatStays } from '../../src/lab/script.js';
import { processesIn, readNamespace } from '../../src/procfs/namespaces.js';

type Id = 'other' | 'empty' | 'killed';

export const endItFromOutside = shellExercise({
  id: '01-end-it-from-outside',
  form: 'shell',
  facts: ['other', 'empty', 'killed'],
  wrong: { term: 'empty', 'from-inside': 'empty', 'one-by-one': 'empty', both: 'other' },
  async prepare(lab, box) {
    const stubborn = await startContainerIn(lab, box, containerOf(lab, [shell(STUBBORN)]));
    const other = await startContainerIn(lab, box, containerOf(lab, [shellThatStays()]));
    const facts = factsOf(lab, stubborn, other);
    await lab.until(() => processesIn(readNamespace(stubborn.pid, 'pid')).length > DAEMONS, PATIENCE);
    return { given: { PID: pidInBox(stubborn), OTHER: pidInBox(other) }, facts };
  },
});

const DAEMONS = 3;
/** Milliseconds in which shells have their turn, on a busy machine too. */
const PATIENCE = 3_000;

/** Each daemon is started by a child that ends, so that init gets it; whoever is ended is begun again. */
const STUBBORN = `trap '' TERM INT HUP QUIT
daemon() { (sh -c 'trap "" TERM INT HUP QUIT; while :; do sleep 1000; done' &); }
for n in $(seq ${DAEMONS}); do daemon; done
while :; do sleep 1000 & wait $!; daemon; done`;

function factsOf(lab: Lab, stubborn: Child, other: Child): Facts<Id> {
  const [namespace, others] = [stubborn, other].map(({ pid }) => readNamespace(pid, 'pid')) as [number, number];
  let end: ExitStatus | undefined;
  void stubborn.exited.then((status) => (end = status));
  const left = () => processesIn(namespace).length;
  return {
    other: () => {
      const held = processesIn(others).some(({ pid, state }) => pid === other.pid && state !== 'Z');
      return { held, at: `/proc/${other.pid}/stat`, says: held ? 'alive' : 'gone' };
    },
    empty: async () => {
      if (readNamespace(stubborn.pid, 'pid') === null) await lab.until(() => left() === 0, PATIENCE);
      return same(`pid:[${namespace}]`, 0, left());
    },
    killed: () => same(`wait4(${stubborn.pid})`, 'SIGKILL', end?.signal ?? `${end?.code}`),
  };
}
