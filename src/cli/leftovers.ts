import { removeCgroupTree } from '../cgroup/sweep.js';
import { removeHierarchy } from '../cgroup/v1/named-hierarchy.js';
import { thawById } from '../container/life/pause.js';
import { listContainers } from '../container/store/find.js';
import {
  findHalfRemoved,
  findNeverStarted,
  findUnusedCgroups,
  removeNeverStarted,
} from '../container/store/leftovers.js';
import { removeStrayName, strayNames } from '../container/store/names.js';
import { dropUnused } from '../container/store/remove.js';
import { undoPreparation } from '../doctor/prepare/undo.js';
import { releaseUnused } from '../network/detach.js';
import { endProcessNamed } from '../network/rootless/end-process.js';
import { unusedNetworks } from '../network/unused.js';
import { registerFinder } from '../state/ledger/cleanup.js';
import type { Entry } from '../state/ledger/ledger-file.js';
import { registerUndo, sweep, undo } from '../state/ledger/sweep.js';
import { said } from '../terminal/said.js';
import { inCharset } from '../view/text/charset.js';
import { visibleLine } from '../view/text/visible.js';
import { removeTrace } from '../why/tracefs.js';
import { describeSwept } from './swept.js';

/** Teaches the sweep and the cleanup about the things that state/ does not know itself. */
export function knowLeftovers(): void {
  registerUndo('cgroup', removeCgroupTree);
  registerUndo('container', removeNeverStarted);
  registerUndo('hierarchy', removeHierarchy);
  registerUndo('name', removeStrayName);
  registerUndo('network', releaseUnused);
  registerUndo('pause', thawById);
  registerUndo('preparation', undoPreparation);
  registerUndo('process', endProcessNamed);
  registerUndo('trace', removeTrace);
  registerUndo('volume', dropUnused);
  // Before the cgroups, since that finder reads containers, and whoever does so removes them.
  registerFinder(findNeverStarted);
  registerFinder(() => findUnusedCgroups(warn).map((name) => ({ kind: 'cgroup', name })));
  registerFinder(() => findHalfRemoved());
  registerFinder(findUnusedNetworks);
  registerFinder(() => strayNames().map((name) => ({ kind: 'name', name })));
}

/** Removes what earlier runs that were killed left behind, and says so on standard error. */
export async function sweepFirst(): Promise<void> {
  sweepLeftovers();
  // Looking is enough: the cgroup of a container that has ended unseen is removed by whoever sees it.
  listContainers(warn);
}

/** The removal of a container does not take longer, in milliseconds: after that, whoever was at it has been killed. */
const REMOVAL = 60_000;

/** The same without the containers, for whoever lists those anyway. */
export function sweepLeftovers(): void {
  knowLeftovers();
  const found = [...findHalfRemoved(REMOVAL), ...findUnusedNetworks()];
  describeSwept([...sweep(), ...found.map(undo)]).forEach(warn);
}

function findUnusedNetworks(): Entry[] {
  return unusedNetworks().map((name) => ({ kind: 'network', name }));
}

/** Tells what goes on anyway. */
export function warn(message: string): void {
  process.stderr.write(inCharset(`tslab: ${visibleLine(said(message))}\n`));
}
