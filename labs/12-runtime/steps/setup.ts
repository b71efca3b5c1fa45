import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { openCgroups } from '../../../src/cgroup/open.js';
import { capabilitiesFor, usualSpec } from '../../../src/container/usual-spec.js';
import { tryOut } from '../../../src/doctor/trials.js';
import type { Child } from '../../../src/kernel/process.js';
import type { LabEvent } from '../../../src/lab/events.js';
import type { Lab } from '../../../src/lab/lab.js';
import { ENVIRONMENT } from '../../../src/lab/script.js';
import { asHousekeeping } from '../../../src/lab/teller.js';
import type { Spec } from '../../../src/oci/spec.js';
import { tryOverlay } from '../../04-overlay/calls/refusal.js';
import { makeWritableLayer } from '../../04-overlay/calls/writable-layer.js';
import { limitDevices } from '../../10-security/calls/devices.js';
import { callsOf } from '../calls/container.js';
import type { OwnLinks, Piece } from '../calls/pieces.js';
import { makeLimited } from './limits.js';
import type { Matrix, Subject } from './matrix.js';
import { INNER, OTHER_END, otherEnd } from './other-end.js';
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
  /** Whether it has rules for devices. */
  hasRules: boolean;
  /** Whether this kernel has pairs of links. */
  readonly canLink: boolean;
  /** Whether a container before had one. */
  wasLinked: boolean;
  /** What the container of the step before looked like. */
  before: Matrix | undefined;
  /** What the container of the step before read inside. */
  told: string;
}

/** The container's user, where there may be one. */
export const USER = 1000;
/** The container's own name. */
export const HOST_NAME = 'box';
/** A file in the volume, and what it says. */
export const LETTER = { name: 'letter', text: 'from the host' };
/** The program: it tells its host name and its cgroup, which nobody else reads as it does, and stays until it is killed. */
const FILES = '/proc/sys/kernel/hostname /proc/self/cgroup';
const PROGRAM = `read name < /proc/sys/kernel/hostname
cgroup=$(grep -E '[:,]pids[:,]|^0::' /proc/self/cgroup)
echo "$name"; echo $cgroup; exec sleep 3600`;

/** Makes the container's directories, as `tslab run` does, and a volume. Throws SyscallError where there can be no overlay. */
export function makeSetup(lab: Lab): Setup {
  const directory = lab.makeDirectory();
  const plan = makePlan(lab, directory);
  tryOverlay({ ...plan.layers, privileged: lab.privileged });
  const canLink = tryOut('veth', lab.privileged) === null;
  const made = { cgroup: undefined, hasRules: false, wasLinked: false, before: undefined, told: '' };
  return { lab, plan, parts: new Set(), canLink, ...made };
}

function makePlan({ rootfs, privileged }: Lab, directory: string): Plan {
  const layers = { ...makeWritableLayer(join(directory, 'container')), lower: [rootfs.path] };
  const volume = { source: join(directory, 'volume'), target: '/mnt' };
  mkdirSync(volume.source);
  writeFileSync(join(volume.source, LETTER.name), `${LETTER.text}\n`);
  return { spec: specWith(volume, privileged), layers, image: rootfs.path, volume };
}

/** `tslab run --hostname box --user 1000 --cgroupns private --volume …:/mnt busybox sh -c …`, in the words of OCI. */
function specWith({ source, target }: Plan['volume'], privileged: boolean): Spec {
  const usual = usualSpec({ privileged });
  const volume = { destination: target, type: 'bind', source, options: ['rbind', 'rprivate'] };
  const namespaces = [...(usual.linux.namespaces ?? []), { type: 'cgroup' as const }];
  return {
    ...usual,
    linux: { ...usual.linux, namespaces },
    process: { ...asUser(usual.process, privileged), args: ['/bin/sh', '-c', PROGRAM], env: ENVIRONMENT },
    hostname: HOST_NAME,
    mounts: [...usual.mounts, volume],
  };
}

/** Without root there is one user, who is root inside. */
function asUser(process: Spec['process'], privileged: boolean): Spec['process'] {
  if (!privileged) return process;
  const capabilities = capabilitiesFor(USER, process.capabilities?.bounding ?? []);
  return { ...process, user: { uid: USER, gid: USER }, capabilities };
}

/** Starts a container of the parts that there are, and hears its host name. */
export async function startContainer(setup: Setup): Promise<Container> {
  const { lab, plan, parts } = setup;
  const pieces = piecesOf(parts, plan, linkOf(setup));
  for (const piece of pieces) tellTaught(lab, piece);
  const { calls, inside } = callsOf(pieces);
  const spec = { namespaces: namespacesFor(parts), calls, inside, stdio: ['null', 'pipe', 'pipe'] } as const;
  const cgroup = await theCgroup(setup);
  await limitOnce(setup);
  const byTslab: string[] = [];
  const noted = (event: LabEvent) => {
    if (isOwnCall(event)) byTslab.push(event.text);
    return setup.wasLinked && isOfOtherEnd(event) ? asHousekeeping(event) : event;
  };
  const whileItWaits = (pid: number) => {
    cgroup?.attach(pid);
    for (const { gate } of pieces) gate?.open(pid);
  };
  const child = await lab.through(noted, () => lab.start(spec, whileItWaits));
  setup.wasLinked = parts.has('net');
  const [hostname = '', line = ''] = (await hear(setup, child)).split('\n');
  const cgroupInside = line.split(' ')[0]?.replace(/^[^:]*:[^:]*:/, '') || 'none';
  return { pid: child.pid, child, pieces, byTslab, hostname, cgroupInside, plan, cgroup };
}

/** The link of the container that is about to start. */
function linkOf(setup: Setup): OwnLinks | undefined {
  const { lab, parts, canLink } = setup;
  if (!parts.has('net') || !canLink) return undefined;
  const open = (pid: number) => lab.keep(otherEnd(lab, pid));
  return { links: [INNER], gate: { lines: ['make a pair of links, one end in PID'], open } };
}

/** What the program prints is told where it is not what that of the container before printed. */
async function hear(setup: Setup, child: Child): Promise<string> {
  const { lab } = setup;
  const isNew = (event: LabEvent) => event.type !== 'output' || event.text.trim() !== setup.told;
  const heard = await lab.through(
    (event) => (isNew(event) ? event : undefined),
    () => lab.hear(child, `cat ${FILES}`, 2),
  );
  setup.told = heard.trim();
  return setup.told;
}

/** Long lists that the labs before are about. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'mount-points': 'mountPoints()',
  'mount-dev': 'makeDev()',
  mask: 'maskPaths()',
};

function tellTaught(lab: Lab, { step, lab: from, calls }: Piece): void {
  const name = FUNCTIONS[step];
  if (name !== undefined) lab.taughtBy(from, name, calls);
}

/** Made once, for all containers from its step on; it goes with the lab. */
async function theCgroup(setup: Setup): Promise<Cgroup | undefined> {
  const { lab, parts } = setup;
  if (setup.cgroup || !parts.has('cgroup')) return setup.cgroup;
  setup.cgroup = await lab.doing(() => makeLimited(openCgroups()));
  lab.atEnd(() => setup.cgroup?.remove());
  return setup.cgroup;
}

/** What may be done with devices is said of a cgroup once, while nobody is in it. */
async function limitOnce(setup: Setup): Promise<void> {
  const { lab, parts, cgroup } = setup;
  if (!cgroup || setup.hasRules || !parts.has('devices')) return;
  await lab.doing(() => limitDevices(cgroup, []));
  setup.hasRules = true;
}

/** What makes the other end of a link is told once. */
function isOfOtherEnd(event: LabEvent): boolean {
  return event.type === 'syscall' && event.taught?.by === OTHER_END;
}

/** Calls that tslab makes for the child: clone(2), and files that its pid is written to. */
function isOwnCall(event: LabEvent): event is Extract<LabEvent, { type: 'syscall' }> {
  if (event.type !== 'syscall' || event.by !== 'tslab') return false;
  return event.name === 'clone' || event.name === 'openat' || event.name === 'write';
}
