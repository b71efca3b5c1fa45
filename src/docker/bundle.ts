/** A bundle of the OCI runtime specification: a directory with a config.json, and the root filesystem that this names. */
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { privateMounts } from '../../labs/01-pid-namespace/calls/proc.js';
import { mountOverlay } from '../../labs/04-overlay/calls/mount.js';
import { TreeCopy } from '../container/files/copy-tree.js';
import { HeldMounts } from '../container/files/held-mounts.js';
import { namesFor, OWN_FILES, ownTexts } from '../container/files/own-files.js';
import type { ContainerConfig } from '../container/record.js';
import { specOf } from '../container/spec.js';
import { cgroupVersion, planCgroup } from '../container/start/cgroup.js';
import { ensureInitLayer, initLayerOf } from '../container/start/init-layer.js';
import { atStart, unborn } from '../container/start/plan.js';
import { containerOf } from '../container/start/shared-namespaces.js';
import { rangeOwners } from '../container/users/owners.js';
import { exitGroup } from '../kernel/calls/index.js';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../kernel/constants.js';
import { isInOwnNamespace } from '../kernel/credentials/own-namespace.js';
import { isPrivileged } from '../kernel/credentials/privilege.js';
import { errorCode } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';
import type { Owners } from '../kernel/files/copy-file.js';
import { nodePath } from '../kernel/files/file-names.js';
import { formatJson } from '../oci/json.js';
import type { Spec } from '../oci/spec.js';
import { readIdMaps } from '../procfs/id-maps.js';
import { Layers } from '../rootfs/layers.js';

/** The root filesystem's path in config.json. */
const ROOT = 'rootfs';

/**
 * Writes a bundle of what `run` would start, all or nothing: it is built beside its place and renamed. Throws UserError (2)
 * where its place is taken, or a bundle cannot have a mount. Returns the names of what is left out: neither file, directory nor link.
 */
export async function writeBundle(
  config: ContainerConfig,
  target: string,
  aborted: AbortSignal,
): Promise<readonly string[]> {
  refuseWhatIsThere(target);
  const spec = bundledSpec(config);
  const place = resolve(target);
  const draft = join(dirname(place), `.${basename(place)}.${process.pid}.tmp`);
  try {
    const leftOut = writeDraft(draft, config, spec);
    await turn();
    if (aborted.aborted) return [];
    renameSync(nodePath(draft), nodePath(place));
    return leftOut;
  } catch (error) {
    throw explained(error, target);
  } finally {
    rmSync(nodePath(draft), { recursive: true, force: true });
  }
}

/** What `run` would start, but without the files that it has of its own: they are in the copy of the image. */
function bundledSpec(config: ContainerConfig): Spec {
  refuseShared(config);
  config.mounts.forEach(refuseUnfit);
  if (!['none', 'host'].includes(config.network)) throw withoutTslab(config.network);
  const cgroups = cgroupVersion(planCgroup({ ...config, resources: {} }));
  const start = atStart(unborn(config));
  const ids = isInOwnNamespace() ? readIdMaps('self') : start.ids;
  return specOf(config, { ...start, ids, root: ROOT, ownFiles: [], cgroups, deviceRules: true });
}

function withoutTslab(network: string): UserError {
  const message = `a bundle can have no network of tslab's, such as ${network}`;
  return new UserError(message, 2, 'Its links are made by whoever runs it (CNI): --network none, or host.');
}

/** The other container may be another process by then. */
function refuseShared({ ipc, pid }: ContainerConfig): void {
  const shared = [ipc, pid].find((mode) => containerOf(mode) !== undefined);
  if (shared === undefined) return;
  const remedy =
    'A bundle is to run without tslab: in its config.json a namespace may have the path of one that is there then.';
  throw new UserError('a bundle can share no namespace with a container of tslab', 2, remedy);
}

function refuseUnfit(mount: ContainerConfig['mounts'][number]): void {
  if (mount.type === 'volume') {
    const remedy = 'Volumes are kept by tslab, and a bundle is to run without it. Name a directory: -v /DIR:/PLACE.';
    throw new UserError(`a bundle can have no volume, as at ${mount.target}`, 2, remedy);
  }
  if (mount.type === 'bind' && !statSync(nodePath(mount.source), { throwIfNoEntry: false })) {
    throw new UserError(`bind source path does not exist: ${mount.source}`, 2, `mkdir ${mount.source}`);
  }
}

function writeDraft(draft: string, config: ContainerConfig, spec: Spec): readonly string[] {
  const root = join(draft, ROOT);
  for (const directory of [draft, root]) {
    mkdirSync(nodePath(directory));
    chmodSync(nodePath(directory), 0o755); // whatever the umask is
  }
  const owners = ownersOf(config);
  const leftOut = copyLayers(config.layers, { root, owners });
  for (const path of [root, ...writeOwnTexts(config, root)]) giveToRoot(path, owners);
  writeFileSync(nodePath(join(draft, 'config.json')), formatJson(spec));
  return leftOut;
}

/** No field of the specification id-maps the root filesystem: so its files have the ids that the container's are outside. */
function ownersOf({ userns }: ContainerConfig): Owners {
  return (isPrivileged() || isInOwnNamespace()) && (userns ? rangeOwners(userns) : true);
}

function giveToRoot(path: string, owners: Owners): void {
  if (typeof owners !== 'function') return;
  const { uid, gid } = owners({ uid: 0, gid: 0 });
  chownSync(nodePath(path), uid, gid);
}

interface Copied {
  readonly root: string;
  readonly owners: Owners;
}

/** An overlay merges the layers; no process sees this one. */
function copyLayers(layers: readonly string[], { root, owners }: Copied): readonly string[] {
  ensureInitLayer(layers);
  const privileged = isPrivileged();
  const overlay = mountOverlay({ lower: [initLayerOf(layers), ...layers], target: root, privileged });
  using mounts = new HeldMounts([...privateMounts(), ...overlay, exitGroup(0)]);
  const copy = new TreeCopy(owners);
  const from = mounts.open(root, O_PATH | O_DIRECTORY);
  const to = openSync(nodePath(root), O_PATH | O_DIRECTORY | O_CLOEXEC);
  try {
    copy.copyContents({ directory: from, name: '.', shown: '/' }, { directory: to, name: '.', shown: root });
    return copy.leftOut;
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

/** An image's /etc may be a link, to another directory of its own. The paths. */
function writeOwnTexts(config: ContainerConfig, root: string): string[] {
  const texts = ownTexts(config, namesFor(config));
  using layers = new Layers([root]);
  return OWN_FILES.map((name) => {
    const path = join(root, layers.resolve(`/etc/${name}`));
    writeFileSync(nodePath(path), texts[name]);
    chmodSync(nodePath(path), 0o644); // whatever the umask is
    return path;
  });
}

function refuseWhatIsThere(target: string): void {
  const there = statSync(nodePath(target), { throwIfNoEntry: false });
  if (!there) return;
  if (there.isDirectory() && readdirSync(nodePath(target)).length === 0) return;
  const what = there.isDirectory() ? 'is not empty' : 'is not a directory';
  throw new UserError(`${target} ${what}`, 2, 'Name a directory that is empty, or that does not exist yet.');
}

function explained(error: unknown, target: string): unknown {
  if (error instanceof UserError || errorCode(error) === undefined) return error;
  const remedy = 'Name a directory that you may write to, and on a disk with room.';
  return new UserError(`the bundle cannot be written to ${target}: ${(error as Error).message}`, 2, remedy);
}
