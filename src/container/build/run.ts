import { Socket } from 'node:net';
import { join } from 'node:path';
import type { HostMount, RunOutcome, RunStep } from '../../image/build/host.js';
import type { DiffSource } from '../../image/layer/changed-tree.js';
import { PATH } from '../../image/local/layer.js';
import type { NewLayer } from '../../image/store/commit-layer.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { Descriptors } from '../../kernel/descriptors.js';
import { randomHex } from '../../kernel/random.js';
import { hasHelper } from '../../network/rootless/choose.js';
import { forget, remember } from '../../state/ledger/ledger.js';
import { usualNetwork } from '../network/usual.js';
import type { ContainerConfig, MountConfig } from '../record.js';
import { StartFailure } from '../start/failure.js';
import { loadNetworks } from '../start/joining.js';
import { launch } from '../start/launch.js';
import { removeContainer } from '../store/remove.js';
import { type Container, createContainer, readOrSkip } from '../store/store.js';
import { ownersOnDisk } from '../users/owners.js';
import { BUILDS } from './label.js';

/** What it may have at most. */
export type Limits = Pick<ContainerConfig, 'shmSize' | 'ulimits'>;

/** How a step is run: until `aborted`, and `keep` gets what it changed. */
export interface Running {
  readonly aborted: AbortSignal;
  readonly limits: Limits;
  keep(changed: DiffSource): Promise<NewLayer>;
}

/** Runs a step in a container of its own, which is removed again; until then it is in the ledger. Throws UserError, or the reason of `aborted`. */
export async function runStep(
  step: RunStep,
  { aborted, limits, keep }: Running,
): Promise<RunOutcome & { readonly layer?: NewLayer }> {
  const config = configOf(step, limits);
  remember('container', config.id);
  const container = createContainer(config);
  try {
    if (config.endpoints) await loadNetworks();
    const outcome = await runIn(container, step, aborted);
    aborted.throwIfAborted();
    return outcome.status === 0 ? { ...outcome, layer: await keep(changedBy(container)) } : outcome;
  } finally {
    const now = readOrSkip(config.id);
    if (now) removeContainer(now, true);
    forget('container', config.id);
  }
}

async function runIn({ config }: Container, { onOutput }: RunStep, aborted: AbortSignal): Promise<RunOutcome> {
  const fds = new Descriptors();
  const { read, write } = fds.pipe();
  try {
    const running = launch(config.id, { stdio: ['null', write, write], pipes: [write] });
    const kill = () => process.kill(running.pid, 'SIGKILL');
    aborted.addEventListener('abort', kill, { once: true });
    fds.close(write);
    const output = taken(fds.keep(read), onOutput);
    const { exitCode, error } = await running.ended;
    aborted.removeEventListener('abort', kill);
    await output;
    return { status: exitCode, error };
  } catch (error) {
    if (error instanceof StartFailure) return { status: error.status, error: error.message };
    throw error;
  } finally {
    fds.closeAll();
  }
}

/** Resolves at the end of the output: all of the container's processes have ended then. */
async function taken(fd: number, onOutput: (bytes: Uint8Array) => void): Promise<void> {
  for await (const bytes of new Socket({ fd, readable: true, writable: false })) onOutput(bytes);
}

function configOf(step: RunStep, limits: Limits): ContainerConfig {
  const id = randomHex(32);
  const network = step.network === 'none' || step.network === 'host' ? step.network : networkOfBuilds();
  const { words, env, workdir, user, extraHosts } = step;
  const hasPath = env.some((variable) => variable.startsWith('PATH='));
  return {
    ...{ id, name: `build-${id.slice(0, 12)}`, image: 'build', layers: step.layers, created: new Date().toISOString() },
    labels: { [BUILDS]: words.join(' ') },
    hostname: id.slice(0, 12),
    process: { args: words, env: hasPath ? env : [PATH, ...env], cwd: workdir, user, tty: false, interactive: false },
    mounts: step.mounts.map(mountConfig),
    network,
    ...(network === 'bridge' && { endpoints: [{ network, aliases: [] }] }),
    ...(extraHosts && { extraHosts }),
    ...limits,
    ...{ readOnly: false, resources: {}, init: false, stopSignal: 'SIGTERM', restart: { name: 'no' } },
    ...{ log: { driver: 'none' as const, options: {} }, autoRemove: false, detached: false, skip: [] },
  };
}

/** As of a container that names none. */
function networkOfBuilds(): 'bridge' | 'none' {
  return !isPrivileged() && hasHelper() ? 'bridge' : usualNetwork();
}

function mountConfig(mount: HostMount): MountConfig {
  if (mount.type === 'bind') return { ...mount, propagation: 'rprivate' };
  return { type: 'tmpfs', target: mount.target, options: mount.size === undefined ? '' : `size=${mount.size}` };
}

/** What is mounted in every container, and what was made for that. */
const MOUNTED = ['/dev', '/proc', '/sys', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];

function changedBy({ config, directory }: Container): DiffSource {
  const mountPoints = [...config.mounts.map(({ target }) => target), ...MOUNTED];
  const upper = join(directory, 'upper');
  return { upper, lower: config.layers, privileged: isPrivileged(), owner: ownersOnDisk().inside, mountPoints };
}
