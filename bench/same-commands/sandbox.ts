import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRootfs } from '../../src/rootfs/rootfs.js';
import { isInstalled } from '../contenders.js';
import { Isolation } from '../isolation.js';
import { TSLAB } from '../tslab.js';
import { Side } from './sides.js';

/** What is wanted and not here, as a sentence; else undefined. */
export function missingTools(): string | undefined {
  if (process.geteuid?.() !== 0) return 'npm run peers: only root can give podman a sandbox';
  const missing = ['podman', 'crun', 'unshare', 'nsenter'].filter((name) => !isInstalled(name));
  return missing.length > 0
    ? `npm run peers needs ${missing.join(', ')} (apt-get install podman crun util-linux)`
    : undefined;
}

/** podman keeps what it keeps below `/run` and `/var/lib`; here these are empty, and only loopback is a network. */
const SETUP = 'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib && ip link set lo up';

/** All sides in one sandbox: mounts, processes, network and host name of its own, everything below one directory. */
export class Sandbox {
  /** tslab, podman, and docker's client where it is installed. */
  readonly sides: readonly Side[];
  readonly #isolation: Isolation;

  private constructor(isolation: Isolation, sides: readonly Side[]) {
    this.#isolation = isolation;
    this.sides = sides;
  }

  static async open(work: string): Promise<Sandbox> {
    process.env.TSLAB_STATE = join(work, 'state');
    const isolation = await Isolation.open({
      namespaces: ['--net', '--uts', '--ipc'],
      setup: SETUP,
      cgroups: 'libpod_parent*',
    });
    const enter = (words: readonly string[]) => isolation.command(words);
    const podman = podmanIn(join(work, 'podman'));
    return new Sandbox(isolation, [
      new Side(join(work, 'tslab'), enter, { program: `exec ${TSLAB} "$@"`, clean: CLEAN }),
      new Side(join(work, 'podman'), enter, { program: podman, clean: 'docker rm -fa -t 0; docker volume prune -f' }),
      ...(isInstalled('docker') ? [docker(join(work, 'docker'), isolation)] : []),
    ]);
  }

  /** The image of tslab's, for the others. */
  async importImage(): Promise<void> {
    const line = `tar -C ${ensureRootfs().path} -c . | docker import ${CHANGES} - busybox:latest`;
    for (const side of this.sides.slice(1)) {
      side.begin();
      const answer = await side.run(line);
      if (answer && answer.status !== 0) throw new Error(`import: ${answer.stderr}`);
    }
  }

  /** Ends all that goes on inside; what is left is tslab's, and it knows how to remove it. */
  async close(): Promise<void> {
    await this.#isolation.close();
    spawnSync(process.execPath, [TSLAB, 'cleanup'], { stdio: 'ignore' });
  }
}

const CHANGES = `-c 'CMD ["sh"]' -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'`;

const CLEAN = 'docker ps -aq | xargs -r docker rm -f; docker volume ls -q | xargs -r docker volume rm';

/** No file of the machine's own but its image policy: storage, state, configuration and home are below `work`. */
function podmanIn(work: string): string {
  mkdirSync(join(work, 'home'), { recursive: true });
  writeFileSync(join(work, 'containers.conf'), CONFIGURATION);
  const places = ['root', 'runroot', 'tmpdir'].map((name) => `--${name} ${join(work, name)}`).join(' ');
  const environment = `HOME=${work}/home XDG_RUNTIME_DIR=${work}/home TMPDIR=${work} CONTAINERS_CONF=${work}/containers.conf`;
  return `${environment} exec podman ${places} --storage-driver overlay --cgroup-manager cgroupfs --runtime crun "$@"`;
}

/** As tslab has it by default: no network. The file logger needs no journald. */
const CONFIGURATION = `[containers]
netns = "none"
log_driver = "k8s-file"
[engine]
events_logger = "file"
`;

/** Its daemon where one is installed, else the client, which answers alone what it can, such as wrong options. */
function docker(work: string, isolation: Isolation): Side {
  const path = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  const program = `DOCKER_CONFIG=${work}/none DOCKER_HOST=unix://${work}/socket exec ${path} "$@"`;
  const side = new Side(work, (words) => isolation.command(words), { program, clean: CLEAN });
  if (isInstalled('dockerd') && isInstalled('containerd')) startDaemon(work, isolation);
  return side;
}

/** Like podman it has a storage of its own, and no network. It ends with the sandbox. */
function startDaemon(work: string, isolation: Isolation): void {
  const places = ['data-root', 'exec-root', 'pidfile'].map((name) => `--${name}=${join(work, name)}`);
  const ways = [
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--storage-driver=overlay2',
    '--cgroup-parent=/libpod_parent',
  ];
  const [program = '', ...words] = isolation.command(['dockerd', `--host=unix://${work}/socket`, ...places, ...ways]);
  spawn(program, words, { stdio: 'ignore' }).unref();
  for (let i = 0; i < 100 && !existsSync(join(work, 'socket')); i++) execFileSync('sleep', ['0.2']);
}
