import { capabilitiesFor } from '../../../src/container/usual-spec.js';
import * as k from '../../../src/kernel/constants.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import type { Spec } from '../../../src/oci/spec.js';
import { programFor } from '../../../src/seccomp/program.js';
import { containerPieces } from '../calls/container.js';
import type { Layers, OwnLinks, Piece } from '../calls/pieces.js';

/** What the lab adds to a plain process, in this order. `--skip` leaves any of them out. */
export const PARTS = [
  ...['pid', 'mount', 'overlay', 'uts-ipc', 'net', 'cgroup', 'volume'],
  ...['devices', 'capabilities', 'user', 'seccomp'],
] as const;

export type Part = (typeof PARTS)[number];

/** What a container is made of. */
export interface Plan {
  readonly spec: Spec;
  readonly layers: Layers;
  /** The image: its one layer. */
  readonly image: string;
  /** A directory of the host, and where the container has it. */
  readonly volume: { readonly source: string; readonly target: string };
}

// #region parts
const NAMESPACES: Partial<Record<Part, number>> = {
  pid: k.CLONE_NEWPID,
  mount: k.CLONE_NEWNS,
  'uts-ipc': k.CLONE_NEWUTS | k.CLONE_NEWIPC,
  net: k.CLONE_NEWNET,
};

/** Pieces of the list that come with a part, by their step. The others every program needs, or its mount namespace. */
const PIECES: Readonly<Record<Part, readonly string[]>> = {
  pid: [],
  mount: ['private', 'bind', 'mount-points', 'pivot', 'mount-proc', 'umount-old-root'],
  overlay: ['overlay'],
  'uts-ipc': ['mount-dev', 'hostname'],
  net: ['network', 'mount-sys', 'mask'],
  cgroup: ['cgroup', 'cgroup-namespace'],
  volume: ['open-volumes', 'volumes'],
  devices: [], // tslab's own work, at the cgroup
  capabilities: ['capabilities'],
  user: ['user'],
  seccomp: ['seccomp'],
};

/** What clone(2) makes anew for these parts. */
export function namespacesFor(parts: ReadonlySet<Part>): number {
  return [...parts].reduce((flags, part) => flags | (NAMESPACES[part] ?? 0), 0);
}

/** What somebody enters who comes later: that of the cgroup no clone(2) makes, but the list, when it is in its cgroup. */
export function namespacesToEnter(parts: ReadonlySet<Part>): number {
  return namespacesFor(parts) | (parts.has('cgroup') ? k.CLONE_NEWCGROUP : 0);
}

/** The list of `tslab run`, without what comes with parts that are not there yet. Without layers the image itself is the root. */
export function piecesOf(parts: ReadonlySet<Part>, { spec, layers, image }: Plan, network?: OwnLinks): Piece[] {
  const isLayered = parts.has('overlay');
  const root = { path: isLayered ? layers.target : image };
  const filter = spec.linux.seccomp && programFor(spec.linux.seccomp);
  const at = { layers: isLayered ? layers : undefined, network, capabilities: ownCapabilities(), filter };
  return containerPieces({ ...spec, root, process: whoItIs(spec, parts) }, at)
    .filter((piece) => fits(piece, parts))
    .map((piece) => suited(piece, parts));
}
// #endregion

/** Its user is root as long as nobody has said otherwise. */
function whoItIs({ process }: Spec, parts: ReadonlySet<Part>): Spec['process'] {
  if (parts.has('user')) return process;
  const { bounding = [] } = process.capabilities ?? {};
  return { ...process, user: { uid: 0, gid: 0 }, capabilities: capabilitiesFor(0, bounding) };
}

/** Whether a piece comes with this part. */
export function comesWith({ step }: Piece, part: Part): boolean {
  return PIECES[part].includes(step);
}

/** Calls that do no harm in the host's mount namespace; the others wait for one of the container's own. */
const ANYWHERE: ReadonlySet<string> = new Set([
  ...['network', 'hostname', 'cgroup-namespace', 'session', 'program'],
  ...['capabilities', 'user', 'seccomp'],
]);

function fits(piece: Piece, parts: ReadonlySet<Part>): boolean {
  const part = PARTS.find((one) => comesWith(piece, one));
  if (part && !parts.has(part)) return false;
  return piece.calls.length > 0 && (parts.has('mount') || ANYWHERE.has(piece.step));
}

/** Without a pid namespace of its own a user namespace may not mount the proc of the host's (EPERM); the list goes on. */
function suited(piece: Piece, parts: ReadonlySet<Part>): Piece {
  return piece.step !== 'mount-proc' || parts.has('pid') ? piece : { ...piece, calls: piece.calls.map(mayFail) };
}
