import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import * as k from '../../../src/kernel/constants.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { type NamespaceKind, readNamespace } from '../../../src/procfs/namespaces.js';

const KINDS: readonly NamespaceKind[] = ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'];
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const LOOK = `cat /proc/sys/kernel/osrelease ${BOOT_ID}; grep MemTotal /proc/meminfo; date +%s`;

// #region everything
/** All namespaces that clone(2) has a flag for; cgroup where the kernel was built with them. */
function allNamespaces(): number {
  const usual = k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWIPC | k.CLONE_NEWUTS;
  return existsSync('/proc/self/ns/cgroup') ? usual | k.CLONE_NEWCGROUP : usual;
}

export async function whatStaysShared(lab: Lab): Promise<void> {
  await lab.step('not-namespaced');
  const calls = [shellThatStays(LOOK)];
  const process = await lab.start({ namespaces: allNamespaces(), calls, stdio: ['null', 'pipe', 'pipe'] });
  const [kernel = '', boot = '', memory = '', wall] = (await lab.hear(process, LOOK, 4)).split('\n');
  await lab.observe('during', namespacesOf(process.pid), process);
  await lab.check('namespaces that the container shares with tslab', 'none', sharedWith(process.pid));
  await lab.check('release of the kernel, the same as the host’s', release(), kernel);
  await lab.check('boot id, the same as the host’s', readFileSync(BOOT_ID, 'utf8').trim(), boot);
  await lab.check(
    'memory, the same as the host’s',
    /MemTotal.*/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[0] ?? '',
    memory,
  );
  const seconds = Math.abs(Number(wall) - Date.now() / 1000);
  const told = {
    expected: 'the same, to a minute',
    actual: seconds < 60 ? 'the same, to a minute' : `${seconds} s apart`,
  };
  await lab.checkThat('wall clock, inside and outside', seconds < 60, told);
}
// #endregion

function namespacesOf(pid: number) {
  const links = KINDS.map((kind) => `${kind}:[${readNamespace(pid, kind)}]`);
  return observed('host', `/proc/${pid}/ns`, links.join('\n'));
}

function sharedWith(pid: number): string {
  const isShared = (kind: NamespaceKind) => {
    const own = readNamespace(pid, kind);
    return own !== null && own === readNamespace('self', kind);
  };
  return KINDS.filter(isShared).join(' ') || 'none';
}
