import { tryOverlay } from '../../labs/04-overlay/calls/refusal.js';
import { makeWritableLayer } from '../../labs/04-overlay/calls/writable-layer.js';
import { CONTAINER_FACTS, containerFacts } from '../../src/exercise/container-facts.js';
import { shellExercise } from '../../src/exercise/definition.js';
import type { Child } from '../../src/kernel/process.js';
import { readNamespace, readNspid } from '../../src/procfs/namespaces.js';
import { listProcesses, type Process } from '../../src/procfs/processes.js';

export const withoutTslab = shellExercise({
  id: '12-without-tslab',
  form: 'shell',
  facts: CONTAINER_FACTS,
  wrong: { 'no-net': 'own', bound: 'overlay', chroot: 'pivoted', 'not-let-go': 'alone', 'no-proc': 'proc' },
  prepare(lab, box) {
    const image = lab.rootfs.path;
    const layer = makeWritableLayer(lab.makeDirectory());
    tryOverlay({ lower: [image], ...layer, privileged: lab.privileged });
    return { given: { IMAGE: image, DIR: lab.directory }, facts: containerFacts(lab, box, () => newOne(box) ?? 0) };
  },
});

/** The newest process that is PID 1 of a pid namespace right below that of the box, where its parent is. */
function newOne(box: Child): number | undefined {
  const outer = readNamespace(box.pid, 'pid');
  const isNew = ({ pid, ppid }: Process) =>
    pid !== box.pid && readNspid(pid)?.at(-1) === 1 && readNamespace(ppid, 'pid') === outer;
  return listProcesses().findLast(isNew)?.pid;
}
