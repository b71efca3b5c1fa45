import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { listProcesses } from '../src/procfs/processes.js';

/** Hybrid machines have the v2 hierarchy here; crun refuses them where it has a controller. */
const UNIFIED = '/sys/fs/cgroup/unified';

/** How the names of the containers begin that are made there, and so those of their cgroups. */
export const PEER_NAME = `tslab-bench-${process.pid}`;

/** Waits for the end of our pipe in a child: a shell in `wait` reaps what it is given as PID 1, in `read` it does not. */
const WAIT = 'read -r _ <&3 & wait $!';

/** The cgroups of what was killed go when the kernel has done with it. */
const TIDY = `kill -9 -1 2>/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.1
  find /sys/fs/cgroup -depth -type d -path "*/$0" -exec rmdir {} + 2>/dev/null && break
done`;

/** What a sandbox is to have besides. */
interface Wanted {
  /** Options of unshare(1). */
  readonly namespaces?: readonly string[];
  /** A line of sh, run once inside. */
  readonly setup?: string;
  /** A pattern of find(1), `*` being any characters: the paths of the cgroups that are removed at the end, where they are empty. */
  readonly cgroups?: string;
}

/**
 * A mount and a pid namespace for other runtimes: what they mount does not reach the host, and what they leave running dies
 * with us, even of SIGKILL, and its cgroups go: its first process waits for the end of our pipe. Ctrl-C does not reach it,
 * since we still need it then.
 */
export class Isolation {
  readonly #holder: ChildProcess;
  /** Its first process, as the host counts. */
  readonly #pid: number;

  private constructor(holder: ChildProcess, pid: number) {
    this.#holder = holder;
    this.#pid = pid;
  }

  static async open({ namespaces = [], setup = 'true', cgroups = `${PEER_NAME}*` }: Wanted = {}): Promise<Isolation> {
    const without = existsSync(UNIFIED) ? `umount ${UNIFIED} && ` : '';
    const script = `${without}${setup} && echo ready && exec 3<&0 && { ${WAIT}\n${TIDY}; }`;
    const words = ['--mount', '--pid', ...namespaces, '--fork', '--mount-proc', 'sh', '-c', script, cgroups];
    const holder = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    await once(holder.stdout as NonNullable<typeof holder.stdout>, 'data');
    return new Isolation(holder, firstChild(holder.pid as number));
  }

  /** A command that enters. */
  command(words: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.#pid), '--mount', '--pid', '--net', '--uts', '--ipc', ...words];
  }

  async close(): Promise<void> {
    this.#holder.stdin?.end();
    if (this.#holder.exitCode === null) await once(this.#holder, 'exit');
  }
}

/** unshare(1) forks, since only a child is inside a new pid namespace. */
function firstChild(parent: number): number {
  const child = listProcesses().find(({ ppid }) => ppid === parent);
  if (!child) throw new Error('unshare ended at once');
  return child.pid;
}
