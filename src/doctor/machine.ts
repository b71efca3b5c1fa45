import { confines } from './apparmor.js';
import type { Facts } from './facts.js';
import { describeIds } from './ids/describe-ids.js';
import { wslVersion } from './release.js';
import type { Finding } from './report.js';
import { PROGRAMS } from './requirements.js';
import type { TrialName } from './trials.js';

/** The machine in a dozen lines. */
export function describeMachine(facts: Facts): Finding[] {
  return [
    user(facts),
    kernel(facts),
    ...wsl(facts),
    container(facts),
    tried('namespaces', ['pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup', 'time'], facts),
    tried('mounts', ['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue', 'overlay'], facts),
    tried('network', ['veth', 'bridge', 'masquerade', 'dnat', 'vxlan'], facts),
    tried('calls', ['close_range', 'chroot', 'pivot_root', 'mknod'], facts),
    cgroups(facts),
    seccomp(facts),
    apparmor(facts),
    rootfs(facts),
    ...programs(facts),
    state(facts),
    ...describeIds(facts),
  ];
}

function user(facts: Facts): Finding {
  const { privileged, missingCapabilities } = facts;
  if (!privileged) {
    return { name: 'user', value: `${whoIs(facts)}: labs make a user namespace and are root in there`, state: 'note' };
  }
  if (missingCapabilities.length === 0) return { name: 'user', value: 'root, with all capabilities', state: 'yes' };
  return { name: 'user', value: `root, without ${missingCapabilities.join(', ')}`, state: 'note' };
}

function whoIs({ uid, missingCapabilities }: Facts): string {
  if (uid !== 0) return `uid ${uid}`;
  if (missingCapabilities.includes('CAP_SYS_ADMIN')) return `root, without ${missingCapabilities.join(', ')}`;
  return 'root of a user namespace';
}

function kernel({ release, arch, cpus, trials }: Facts): Finding {
  const value = `${release}, ${arch}, ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`;
  return { name: 'kernel', value, state: trials.close_range === null ? 'yes' : 'no' };
}

function wsl({ release, systemd }: Facts): Finding[] {
  const version = wslVersion(release);
  if (version === null) return [];
  const hint = systemd ? '' : '; without systemd (systemd=true below [boot] in /etc/wsl.conf, then wsl --shutdown)';
  return [{ name: 'Windows', value: `WSL${version}${hint}`, state: version === 1 ? 'no' : 'note' }];
}

function container({ container: inside, hiddenProc }: Facts): Finding {
  if (inside === null) return { name: 'container', value: 'no sign of one around tslab', state: 'yes' };
  const hidden = hiddenProc.length > 0 ? `; parts of /proc are hidden: ${hiddenProc.join(' ')}` : '';
  return { name: 'container', value: `${inside.kind} (${inside.evidence})${hidden}`, state: 'note' };
}

/** What worked, then what the kernel refused, with its errno. */
function tried(name: string, names: readonly TrialName[], { trials }: Facts): Finding {
  const worked = names.filter((one) => trials[one] === null);
  const refused = names.flatMap((one) => (trials[one] ? [`${one} (${trials[one].errno ?? 'killed'})`] : []));
  const parts = [worked.join(' '), refused.length > 0 ? `refused: ${refused.join(' ')}` : ''];
  return { name, value: parts.filter((part) => part !== '').join('; '), state: refused.length > 0 ? 'no' : 'yes' };
}

function cgroups({ cgroups: { layout, controllers, refused } }: Facts): Finding {
  if (refused) return { name: 'cgroups', value: `${layout}: ${refused.message}`, state: 'no' };
  return { name: 'cgroups', value: `${layout}: ${controllers.join(' ')}`, state: 'yes' };
}

function seccomp({ seccomp: mode }: Facts): Finding {
  if (mode === null) return { name: 'seccomp', value: 'not in this kernel', state: 'no' };
  if (mode === 0) return { name: 'seccomp', value: 'in this kernel; no filter on tslab', state: 'yes' };
  return { name: 'seccomp', value: 'a filter is on tslab, as in a container', state: 'note' };
}

function apparmor({ apparmor: profile, sysctls }: Facts): Finding {
  if (profile === null) return { name: 'AppArmor', value: 'not active', state: 'yes' };
  const restricts = sysctls['kernel.apparmor_restrict_unprivileged_userns'] === 1;
  const also = restricts ? '; restricts user namespaces of ordinary users' : '';
  return { name: 'AppArmor', value: `profile ${profile}${also}`, state: confines(profile) ? 'note' : 'yes' };
}

function rootfs({ rootfs: { busybox, refused } }: Facts): Finding {
  if (refused) return { name: 'root files', value: refused.message, state: 'no' };
  if (busybox) return { name: 'root files', value: `static busybox (${busybox})`, state: 'yes' };
  return {
    name: 'root files',
    value: 'no static busybox: all labs use copies of the programs of this host',
    state: 'note',
  };
}

function programs({ programs: found }: Facts): Finding[] {
  return (['ip', 'nft'] as const).map((name) => {
    const labs: readonly string[] = PROGRAMS[name].labs;
    const wanted = labs.length > 0 ? `wanted by ${labs.join(', ')}` : 'no lab wants it yet';
    const path = found[name];
    return { name, value: path ?? `not found; ${wanted}`, state: path || labs.length === 0 ? 'yes' : 'no' };
  });
}

function state({ state: { path, refused, trials } }: Facts): Finding {
  if (refused) return { name: 'state', value: refused.message, state: 'no' };
  const lacking = Object.entries(trials ?? {}).flatMap(([name, refusal]) =>
    refusal && name in STATE_TRIALS ? [STATE_TRIALS[name] as string] : [],
  );
  if (lacking.length === 0) return { name: 'state', value: path, state: 'yes' };
  return { name: 'state', value: `${path}; not possible there: ${lacking.join(', ')}`, state: 'no' };
}

/** Id-mapping has a row of its own. */
const STATE_TRIALS: Readonly<Record<string, string>> = {
  space: 'copies of the root files',
  programs: 'running programs',
  overlay: 'an overlay',
  attributes: 'notes of an overlay',
  userAttributes: 'user.* attributes',
};
