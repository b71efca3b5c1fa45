import { readFileSync } from 'node:fs';
import { availableParallelism, hostname, machine, release } from 'node:os';
import { openCgroups } from '../../../cgroup/open.js';
import { CONTROLLERS, type Controller } from '../../../cgroup/types.js';
import { isPaused, isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { type Info, renderInfo } from '../../../docker/output/info.js';
import { listImages } from '../../../image/store/images.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { type CgroupLayout, detectLayout } from '../../../procfs/cgroups.js';
import { readMeminfo } from '../../../procfs/memory.js';
import { readMountinfo } from '../../../procfs/mountinfo.js';
import { keptRootfs } from '../../../rootfs/retire.js';
import { here } from '../../../state/directories.js';
import { print } from '../../../terminal/output.js';
import { visible } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { version } from '../../version.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';
import { renderFormatted } from './formatted.js';
import { hasStore } from './images.js';

/** `tslab info`, `tslab system info` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Show what this machine is to containers, and how many there are. `tslab doctor` tries what it can do.',
    )
    .option('-f, --format <format>', 'json, or a template: {{.CgroupVersion}}')
    .action(({ format }: { format?: string }) => choose(() => tellingErrors(() => info(format))));

async function info(format: string | undefined): Promise<number> {
  const known = readInfo(await findAllCurrent());
  if (format === undefined) print(visible(renderInfo(known)));
  else print(await renderFormatted(format, known));
  return 0;
}

function readInfo(containers: readonly Container[]): Info {
  const running = containers.filter(({ state }) => isRunning(state));
  const paused = running.filter(({ state }) => isPaused(state));
  return {
    Containers: containers.length,
    ContainersRunning: running.length - paused.length,
    ContainersPaused: paused.length,
    ContainersStopped: containers.length - running.length,
    Images: keptRootfs().length + (hasStore() ? listImages().length : 0),
    ServerVersion: version(),
    Driver: 'overlay2',
    ...cgroups(),
    SecurityOptions: isPrivileged() ? [] : ['name=rootless'],
    KernelVersion: release(),
    OperatingSystem: operatingSystem(),
    OSType: 'linux',
    Architecture: machine(),
    NCPU: availableParallelism(),
    MemTotal: readMeminfo().get('MemTotal') ?? 0,
    Name: hostname(),
    DockerRootDir: here().state,
    SystemTime: new Date().toISOString(),
    Warnings: warnings(),
  };
}

function cgroups() {
  const { version, controllers } = readCgroups();
  return {
    CgroupDriver: controllers.size > 0 ? ('cgroupfs' as const) : ('none' as const),
    CgroupVersion: version,
    CgroupControllers: CONTROLLERS.filter((one) => controllers.has(one)),
    MemoryLimit: controllers.has('memory'),
    CpuCfsQuota: controllers.has('cpu'),
    CPUShares: controllers.has('cpu'),
    CPUSet: controllers.has('cpuset'),
    PidsLimit: controllers.has('pids'),
  };
}

/** Without controllers where no cgroup can be made: a container runs without limits then. */
function readCgroups(): { version: Info['CgroupVersion']; controllers: ReadonlySet<Controller> } {
  try {
    const { layout, controllers } = openCgroups();
    return { version: VERSIONS[layout], controllers };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { version: VERSIONS[detectLayout(readMountinfo('self'))], controllers: new Set() };
  }
}

/** Hybrid: the controllers are those of v1. */
const VERSIONS: Readonly<Record<CgroupLayout, Info['CgroupVersion']>> = { v1: '1', hybrid: '1', v2: '2', none: '' };

/** os-release(5) */
function operatingSystem(): string {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  } catch {
    return 'Linux';
  }
}

function warnings(): string[] {
  return isPrivileged() ? ['Root inside is uid 0 outside, unless --userns says otherwise'] : [];
}
