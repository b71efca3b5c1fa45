import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from './contenders.js';
import { PEER_NAME } from './isolation.js';

/** Another runtime, as commands. */
export interface Peer {
  readonly name: string;
  /** Makes a container, runs /bin/true in it, removes it. */
  readonly run: readonly string[];
  /** Starts a container that sleeps, in the background. Undefined where there is no such thing. */
  readonly start?: readonly string[];
  /** Runs /bin/true in that container. */
  readonly exec?: readonly string[];
  /** Ends and removes it. */
  readonly remove?: readonly string[];
}

/** Those that are installed; missing ones are told to `onMissing`. They keep what they keep below `work`. */
export function peers(root: string, work: string, onMissing: (message: string) => void): Peer[] {
  const all = [...['crun', 'runc'].map((name) => ociRuntime(name, root, work)), podman(root, work), bwrap(root)];
  return all.filter(({ name }) => {
    if (!isInstalled(name)) onMissing(`${name} is not installed (apt-get install ${PACKAGES[name] ?? name})`);
    return isInstalled(name);
  });
}

const PACKAGES: Record<string, string> = { bwrap: 'bubblewrap' };

function ociRuntime(name: string, root: string, work: string): Peer {
  const runtime = [name, '--root', join(work, name)];
  const bundle = (args: string[]) => writeBundle(root, join(work, `${name}-${args[0]}`), args);
  return {
    name,
    run: [...runtime, 'run', '--bundle', bundle(['true']), `${PEER_NAME}-run`],
    start: [...runtime, 'run', '--detach', '--bundle', bundle(['sleep', '1000000']), PEER_NAME],
    exec: [...runtime, 'exec', PEER_NAME, '/bin/true'],
    remove: [...runtime, 'delete', '--force', PEER_NAME],
  };
}

/** An OCI bundle with the namespaces and the filesystems that tslab's containers have; but no overlay, which is not their task. */
function writeBundle(root: string, bundle: string, args: readonly string[]): string {
  const kinds = ['pid', 'mount', 'uts', 'ipc', 'network'];
  const config = {
    ociVersion: '1.0.2',
    process: { terminal: false, user: { uid: 0, gid: 0 }, args, env: ['PATH=/bin'], cwd: '/', capabilities: {} },
    root: { path: root },
    hostname: 'bench',
    mounts: MOUNTS.map(([type, destination, ...options]) => ({ destination, type, source: type, options })),
    linux: { namespaces: kinds.map((type) => ({ type })), maskedPaths: MASKED, readonlyPaths: READ_ONLY },
  };
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  return bundle;
}

const MOUNTS = [
  ['proc', '/proc'],
  ['tmpfs', '/dev', 'nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  ['devpts', '/dev/pts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
  ['tmpfs', '/dev/shm', 'nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  ['mqueue', '/dev/mqueue', 'nosuid', 'noexec', 'nodev'],
  ['sysfs', '/sys', 'nosuid', 'noexec', 'nodev', 'ro'],
];
const MASKED = ['/proc/acpi', '/proc/interrupts', '/proc/keys', '/proc/timer_list', '/sys/firmware'];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys'];

/** Without what a machine may not have: control groups that it understands, a network of its own, an image. */
function podman(root: string, work: string): Peer {
  const places = ['root', 'runroot', 'tmpdir'].flatMap((name) => [`--${name}`, join(work, 'podman', name)]);
  const ways = ['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', '--events-backend', 'none'];
  const itself = ['podman', ...places, ...ways];
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
  const container = ['--cgroups=disabled', '--network', 'none', ...limits];
  return {
    name: 'podman',
    run: [...itself, 'run', '--rm', ...container, '--rootfs', root, 'true'],
    start: [...itself, 'run', '-d', '--name', 'bench', ...container, '--rootfs', root, 'sleep', '1000000'],
    exec: [...itself, 'exec', 'bench', '/bin/true'],
    remove: [...itself, 'rm', '-f', '-t', '0', 'bench'],
  };
}

/** No runtime, and no daemon: a program that puts itself into a container. */
function bwrap(root: string): Peer {
  const namespaces = ['--unshare-pid', '--unshare-uts', '--unshare-ipc', '--unshare-net', '--hostname', 'bench'];
  const filesystems = ['--bind', root, '/', '--dev', '/dev', '--proc', '/proc'];
  return { name: 'bwrap', run: ['bwrap', ...namespaces, ...filesystems, '/bin/true'] };
}

/** Runs a command of a peer's to its end, without output: what it leaves running would hold a pipe open. Throws where it fails. */
export function runQuietly([program = '', ...args]: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}
