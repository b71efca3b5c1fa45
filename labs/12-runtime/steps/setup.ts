import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { openCgroups } from '../../../src/cgroup/open.js';
import { usualSpec } from '../../../src/container/usual-spec.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { LabEvent } from '../../../src/lab/events.js';
import type { Lab } from '../../../src/lab/lab.js';
import { ENVIRONMENT } from '../../../src/lab/script.js';
import type { Spec } from '../../../src/oci/spec.js';
import { tryOverlay } from '../../04-overlay/calls/refusal.js';
import { makeWritableLayer } from '../../04-overlay/calls/writable-layer.js';
import type { Piece } from '../calls/container.js';
import { makeLimited } from './limits.js';
import type { Matrix, Subject } from './matrix.js';
import { namespacesFor, type Part, type Plan, piecesOf } from './parts.js';

/** A container that runs, with the list that made it. */
export interface Container extends Subject {
  readonly child: Child;
  readonly pieces: readonly Piece[];
  /** What tslab itself called for it. */
  readonly byTslab: readonly string[];
}

/** What the steps work with: the plan, and how far it has come. */
export interface Setup {
  readonly lab: Lab;
  readonly plan: Plan;
  /** The parts that are there already. */
  readonly parts: Set<Part>;
  /** Made in its step. */
  cgroup: Cgroup | undefined;
  /** What the container of the step before looked like. */
  before: Matrix | undefined;
}

/** The container's own name. */
export const HOST_NAME = 'box';
/** A file in the volume, and what it says. */
export const LETTER = { name: 'letter', text: 'from the host' };
/** The program: it tells its host name and stays until it is killed. */
const PROGRAM = 'read name < /proc/sys/kernel/hostname; echo "$name"; exec sleep 3600';

/** Makes the container's directories, as `tslab run` does, and a volume. Throws SyscallError where there can be no overlay. */
export function makeSetup(lab: Lab): Setup {
  const directory = lab.makeDirectory();
  const plan = makePlan(lab, directory);
  tryOverlay({ ...plan.layers, privileged: lab.privileged });
  return { lab, plan, parts: new Set(), cgroup: undefined, before: undefined };
}

function makePlan({ rootfs, privileged }: Lab, directory: string): Plan {
  const layers = { ...makeWritableLayer(join(directory, 'container')), lower: [rootfs.path] };
  const volume = { source: join(directory, 'volume'), target: '/mnt' };
  mkdirSync(volume.source);
  writeFileSync(join(volume.source, LETTER.name), `${LETTER.text}\n`);
  return { spec: specWith(volume, privileged), layers, image: rootfs.path, volume };
}

/** `tslab run --hostname box --volume …:/mnt busybox sh -c …`, in the words of OCI. */
function specWith({ source, target }: Plan['volume'], privileged: boolean): Spec {
  const usual = usualSpec({ privileged });
  const volume = { destination: target, type: 'bind', source, options: ['rbind', 'rprivate'] };
  return {
    ...usual,
    process: { ...usual.process, args: ['/bin/sh', '-c', PROGRAM], env: ENVIRONMENT },
    hostname: HOST_NAME,
    mounts: [...usual.mounts, volume],
  };
}

/** Starts a container of the parts that there are, and hears its host name. */
export async function startContainer(setup: Setup): Promise<Container> {
  const { lab, plan, parts } = setup;
  const pieces = piecesOf(parts, plan);
  const calls = pieces.flatMap((piece) => taughtBefore(lab, piece));
  const spec = { namespaces: namespacesFor(parts), calls, stdio: ['null', 'pipe', 'pipe'] } as const;
  const cgroup = await theCgroup(setup);
  const byTslab: string[] = [];
  const noted = (event: LabEvent) => {
    if (isOwnCall(event)) byTslab.push(event.text);
    return event;
  };
  const child = await lab.through(noted, () => lab.start(spec, cgroup && ((pid) => cgroup.attach(pid))));
  const hostname = (await lab.hear(child, 'cat /proc/sys/kernel/hostname')).trim();
  return { pid: child.pid, child, pieces, byTslab, hostname, plan, cgroup };
}

/** Long lists that the labs before are about. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'mount-points': 'mountPoints()',
  'mount-dev': 'makeDev()',
  mask: 'maskPaths()',
};

function taughtBefore(lab: Lab, { step, lab: from, calls }: Piece): readonly Syscall[] {
  const name = FUNCTIONS[step];
  return name === undefined ? calls : lab.taughtBy(from, name, calls);
}

/** Made once, for all containers from its step on; it goes with the lab. */
async function theCgroup(setup: Setup): Promise<Cgroup | undefined> {
  const { lab, parts } = setup;
  if (setup.cgroup || !parts.has('cgroup')) return setup.cgroup;
  setup.cgroup = await lab.doing(() => makeLimited(openCgroups()));
  lab.atEnd(() => setup.cgroup?.remove());
  return setup.cgroup;
}

/** Calls that tslab makes for the child: clone(2), and files that its pid is written to. */
function isOwnCall(event: LabEvent): event is Extract<LabEvent, { type: 'syscall' }> {
  if (event.type !== 'syscall' || event.by !== 'tslab') return false;
  return event.name === 'clone' || event.name === 'openat' || event.name === 'write';
}
