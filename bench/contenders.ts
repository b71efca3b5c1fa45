import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as calls from '../src/kernel/calls/index.js';
import * as k from '../src/kernel/constants.js';
import { type ProcessSpec, start } from '../src/kernel/process.js';
import type { Contender } from './race.js';
import { timed } from './stopwatch.js';

/** One bench: where things are, and whether a network namespace is among those created. */
export interface Place {
  /** The root filesystem with /bin/true. */
  readonly root: string;
  /** A directory for what the bench makes. */
  readonly work: string;
  readonly stopwatch: string;
  readonly net: boolean;
}

/** What runs /bin/true in a container: tslab first, C second, then the peers that are installed. Missing ones are told to `onMissing`. */
export function contenders(place: Place, onMissing: (message: string) => void): Contender[] {
  const peers = Object.entries(peerCommands(place)).filter(([name]) => {
    const found = isInstalled(name);
    if (!found) onMissing(`${name} is not installed (apt-get install ${PACKAGES[name] ?? name})`);
    return found;
  });
  const inC = timed('C, the same calls', [place.stopwatch, place.root, String(namespaces(place))]);
  const others = peers.map(([name, command]) => timed(name, adapted(name, [place.stopwatch, '--', ...command])));
  return [tslab(place), inC, ...others];
}

const PACKAGES: Record<string, string> = { bwrap: 'bubblewrap', unshare: 'util-linux' };

function namespaces({ net }: Place): number {
  const four = k.CLONE_NEWPID | k.CLONE_NEWNS | k.CLONE_NEWUTS | k.CLONE_NEWIPC;
  return net ? four | k.CLONE_NEWNET : four;
}

/** start() of src/kernel in this process. */
function tslab(place: Place): Contender {
  const spec = specOf(place);
  return {
    name: 'tslab, in process',
    async measure() {
      const began = performance.now();
      const { status } = await start(spec).exited;
      const wall = performance.now() - began;
      if (status !== 0) throw new Error(`/bin/true ended with ${status}`);
      return { wall, cpu: 0 };
    },
    end() {},
  };
}

function specOf(place: Place): ProcessSpec {
  return {
    namespaces: namespaces(place),
    calls: [
      calls.mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null),
      calls.mount(place.root, place.root, null, k.MS_BIND | k.MS_REC, null),
      calls.chdir(place.root),
      calls.mount('proc', 'proc', 'proc', k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC, null),
      calls.pivotRoot('.', '.'),
      calls.umount2('.', k.MNT_DETACH),
      calls.execve('/bin/true', ['true'], []),
    ],
  };
}

function peerCommands(place: Place): Record<string, string[]> {
  const { root, net } = place;
  const bundle = writeBundle(place);
  return {
    unshare: ['unshare', '-fpmui', ...(net ? ['-n'] : []), `--root=${root}`, '--mount-proc', '/bin/true'],
    bwrap: [
      ...['bwrap', '--unshare-pid', '--unshare-uts', '--unshare-ipc', ...(net ? ['--unshare-net'] : [])],
      ...['--bind', root, '/', '--proc', '/proc', '/bin/true'],
    ],
    crun: ['crun', 'run', '--bundle', bundle, `tslab-bench-crun-${process.pid}`],
    runc: ['runc', 'run', '--bundle', bundle, `tslab-bench-runc-${process.pid}`],
  };
}

/** The smallest OCI bundle that does what the others do. */
function writeBundle({ root, work, net }: Place): string {
  const bundle = join(work, net ? 'bundle-net' : 'bundle');
  const kinds = ['pid', 'mount', 'uts', 'ipc', ...(net ? ['network'] : [])];
  mkdirSync(bundle);
  const config = {
    ociVersion: '1.0.2',
    process: { terminal: false, user: { uid: 0, gid: 0 }, args: ['/bin/true'], env: [], cwd: '/' },
    root: { path: root },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    linux: { namespaces: kinds.map((type) => ({ type })) },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  return bundle;
}

/** crun refuses a hybrid machine whose v2 hierarchy has a controller: it gets a mount namespace without that hierarchy. */
function adapted(name: string, command: readonly string[]): readonly string[] {
  const unified = '/sys/fs/cgroup/unified';
  if (name !== 'crun' || !existsSync(unified)) return command;
  return ['unshare', '--mount', 'sh', '-c', `umount ${unified} && exec "$@"`, 'sh', ...command];
}

/** Whether the PATH has a program of this name. */
export function isInstalled(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
