/** What tslab does in a process that runs already, as its supervisor does. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { containerPieces } from '../labs/12-runtime/calls/container.js';
import { cloneFlags } from '../labs/12-runtime/calls/namespaces.js';
import type { Cgroup } from '../src/cgroup/cgroup.js';
import { openCgroups } from '../src/cgroup/open.js';
import { readEnvironment } from '../src/cli/docker/shared/environment.js';
import { execAttended } from '../src/container/life/exec.js';
import type { ContainerConfig } from '../src/container/record.js';
import { specOf } from '../src/container/spec.js';
import { launch } from '../src/container/start/launch.js';
import { removeContainer } from '../src/container/store/remove.js';
import { type Container, readContainer } from '../src/container/store/store.js';
import { parseDetachKeys } from '../src/container/terminal/detach-keys.js';
import { createFrom, planned } from '../src/docker/create.js';
import { randomId } from '../src/docker/options/names.js';
import { parseRun } from '../src/docker/options/run.js';
import { ownCapabilities } from '../src/kernel/credentials/capabilities.js';
import { isPrivileged } from '../src/kernel/credentials/privilege.js';
import { start } from '../src/kernel/process.js';
import type { ExitStatus } from '../src/kernel/wait.js';
import { ledgerDirectory } from '../src/state/ledger/ledger-file.js';
import type { Contender } from './race.js';
import type { InC } from './same-calls.js';

const STDIO = ['null', 1, 2] as const;

/** A container from its cgroup to the removal of that, with the list of `tslab run`; nothing of it is written down. */
export function container(work: string): Contender {
  makeOverlay(work);
  const same = planned(request());
  const cgroups = openCgroups();
  return contender('tslab', async () => {
    const config = { ...same, id: randomId() };
    using cgroup = cgroups.create(config.id);
    const { namespaces, calls } = listOf(config, work, cgroup);
    return await start({ namespaces, calls, stdio: STDIO }).exited;
  });
}

/** The same with its directory, state and removal: all of `tslab run --rm` but the start of node. */
export function recorded(name = 'tslab, with its state on disk', network = 'none'): Contender {
  return contender(name, async () => {
    const { config } = createFrom(request(network));
    const { exitCode: status } = await launch(config.id, { stdio: STDIO }).ended;
    removeContainer(readContainer(config.id) as Container, true);
    return { status };
  });
}

/** /bin/true in a container that runs. */
export function exec(container: Container): Contender {
  const program = { ...container.config.process, args: ['/bin/true'] };
  return contender('tslab', () => execAttended(container, program, parseDetachKeys()) as Promise<ExitStatus>);
}

/** What {@link container} does, for C. */
export function containerInC(work: string): InC {
  makeOverlay(work);
  const config = planned(request());
  using cgroup = openCgroups().create(config.id);
  const cpuset = cgroup.paths.get('cpuset');
  const texts = cpuset === undefined ? [] : ['cpuset.cpus', 'cpuset.mems'].map((file) => inherited(cpuset, file));
  const ledger = join(ledgerDirectory(), 'in-c');
  return { directories: cgroup.directories, texts, ledger, spec: listOf(config, work, cgroup) };
}

/** As src/cgroup does it on v1. */
function inherited(directory: string, file: string): readonly [string, string] {
  return [join(directory, file), readFileSync(join(dirname(directory), file), 'utf8').trim()];
}

function listOf(config: ContainerConfig, work: string, cgroup: Cgroup) {
  const [upper, scratch, target] = ['upper', 'work', 'merged'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  const identity = { uid: 0, gid: 0, groups: [], home: '/root' };
  const at = { root: target, identity, privileged: isPrivileged(), mounts: [], ownFiles: [] };
  const { linux, ...rest } = specOf(config, at);
  // The filter is what `bench:seccomp` measures; in C there is none.
  const { seccomp: _, ...others } = linux;
  const [spec, layers] = [
    { ...rest, linux: others },
    { lower: config.layers, upper, work: scratch, target },
  ];
  const calls = containerPieces(spec, { layers, capabilities: ownCapabilities() }).flatMap((piece) => piece.calls);
  return { namespaces: cloneFlags(spec), calls: [...cgroup.joinCalls(), ...calls] };
}

function makeOverlay(work: string): void {
  for (const name of ['upper', 'work', 'merged']) mkdirSync(join(work, name), { recursive: true });
}

function request(network = 'none') {
  return parseRun({ rm: true, network: [network] }, ['busybox', 'true'], readEnvironment());
}

function contender(name: string, work: () => Promise<Pick<ExitStatus, 'status'>>): Contender {
  return {
    name,
    async measure() {
      const began = performance.now();
      const { status } = await work();
      const wall = performance.now() - began;
      if (status !== 0) throw new Error(`/bin/true ended with ${status}`);
      return { wall, cpu: 0 };
    },
    end() {},
  };
}
