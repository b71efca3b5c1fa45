import { thermalThrottles } from '../../labs/02-rootfs/calls/masks.js';
import { ownCapabilities } from '../kernel/credentials/capabilities.js';
import { once } from '../kernel/once.js';
import { CAPABILITIES } from '../oci/capabilities.js';
import { DEFAULT_SPEC } from '../oci/defaults.js';
import type { Linux, Namespace } from '../oci/linux.js';
import type { Process, Spec } from '../oci/spec.js';

/** What a container needs to know of the machine. */
export interface Machine {
  /** False: in a user namespace. */
  readonly privileged: boolean;
  /** The version of cgroups that it sees; undefined where there are none. */
  readonly cgroups?: 1 | 2 | undefined;
}

/** Docker's default container, as it can be on a machine such as this. */
export function usualSpec(machine: Machine): Spec {
  const { privileged, cgroups } = machine;
  const { linux, process, mounts } = DEFAULT_SPEC;
  return {
    ...DEFAULT_SPEC,
    process: { ...process, capabilities: usualCapabilities(0) },
    mounts: cgroups ? mounts : mounts.filter(({ type }) => type !== 'cgroup'),
    linux: {
      ...linux,
      namespaces: usualNamespaces(machine),
      maskedPaths: [...(linux.maskedPaths ?? []), ...thermalThrottles()],
      ...(!privileged && ownMappings()),
    },
  };
}

/** On v2 also a cgroup namespace. */
export function usualNamespaces({ privileged, cgroups }: Machine): readonly Namespace[] {
  const more = [...(cgroups === 2 ? ['cgroup' as const] : []), ...(privileged ? [] : ['user' as const])];
  return [...(DEFAULT_SPEC.linux.namespaces ?? []), ...more.map((type) => ({ type }))];
}

/** Without root the user who starts a container is root inside, and the only user there (user_namespaces(7)). */
function ownMappings(): Linux {
  return { uidMappings: onlyRoot(process.geteuid?.()), gidMappings: onlyRoot(process.getegid?.()) };
}

function onlyRoot(hostID = 0): NonNullable<Linux['uidMappings']> {
  return [{ containerID: 0, hostID, size: 1 }];
}

/** Only capabilities that tslab has can be given. For a user other than root execve(2) clears all sets but the bounding one. */
export function usualCapabilities(uid: number): NonNullable<Process['capabilities']> {
  return capabilitiesOf(uid === 0);
}

const capabilitiesOf = once((root: boolean): NonNullable<Process['capabilities']> => {
  const { bounding, permitted } = ownCapabilities();
  if (!root) return { bounding: usualAmong(bounding) };
  const given = usualAmong(permitted);
  return { bounding: usualAmong(bounding), effective: given, permitted: given };
});

/** The capabilities of every container, as far as they are in a set. */
function usualAmong(set: bigint): readonly string[] {
  const usual = DEFAULT_SPEC.process.capabilities?.bounding ?? [];
  return usual.filter((name) => (set >> BigInt(CAPABILITIES.indexOf(name))) & 1n);
}
