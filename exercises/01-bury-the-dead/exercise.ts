import { type Facts, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import { CLONE_NEWNS, CLONE_NEWPID } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Lab } from '../../src/lab/lab.js';
import { readCommandLine } from '../../src/procfs/command-line.js';
import { processesIn, readNamespace } from '../../src/procfs/namespaces.js';
import { readProcess } from '../../src/procfs/processes.js';

type Id = 'twenty' | 'buried' | 'alive';

export const buryTheDead = listExercise({
  id: '01-bury-the-dead',
  form: 'list',
  facts: ['twenty', 'buried', 'alive'],
  wrong: { subreaper: 'buried', 'no-orphans': 'twenty', stopped: 'twenty' },
  prepare: (lab): ListStage<Id> => ({
    given: { root: lab.rootfs.path, script: SCRIPT },
    run: async (calls) => factsOf(lab, await lab.start({ namespaces: CLONE_NEWPID | CLONE_NEWNS, calls })),
  }),
});

const ORPHANS = 20;

/** What an orphan runs: so it is told apart from what the script itself becomes. */
const ORPHAN = 'sleep 1000';

/** What the script becomes when it has started all of them. */
const END = 'sleep 3600';

const SCRIPT = `for n in $(seq ${ORPHANS}); do sh -c '${ORPHAN} &'; done; exec sleep 3600`;

/** Milliseconds in which shells have their turn, on a busy machine too. */
const PATIENCE = 2_000;
/** The same for forty of them, in turn. */
const LONG = 10_000;

function isScriptOver(namespace: number | null): boolean {
  return processesIn(namespace).some(({ pid }) => readCommandLine(pid) === END);
}

function factsOf(lab: Lab, one: Child): Facts<Id> {
  const namespace = readNamespace(one.pid, 'pid');
  let orphans: number[] = [];
  const find = () => {
    const adopted = processesIn(namespace).filter(({ ppid }) => ppid === one.pid);
    orphans = adopted.map(({ pid }) => pid).filter((pid) => readCommandLine(pid) === ORPHAN);
    return orphans.length === ORPHANS;
  };
  const zombies = () => orphans.filter((pid) => readProcess(pid)?.state === 'Z');
  const ended = () =>
    orphans.filter((pid) => readProcess(pid)?.state !== 'Z' && readProcess(pid) !== null).length === 0;
  return {
    twenty: async () => {
      await lab.until(() => find() || isScriptOver(namespace), LONG);
      await lab.until(find, PATIENCE);
      return same(`adopted processes of ${one.pid}`, ORPHANS, orphans.length);
    },
    buried: async () => {
      for (const pid of orphans) process.kill(pid, 'SIGKILL');
      await lab.until(ended, PATIENCE);
      await lab.until(() => zombies().length === 0, PATIENCE);
      return same(`zombies among the children of ${one.pid}`, 0, zombies().length);
    },
    alive: () => {
      const state = readProcess(one.pid)?.state ?? 'gone';
      return { held: state !== 'gone' && state !== 'Z', at: `state in /proc/${one.pid}/stat`, says: state };
    },
  };
}
