import { thermalThrottles } from '../../labs/02-rootfs/calls/masks.js';
import { ownCapabilities } from '../kernel/credentials/capabilities.js';
import { once } from '../kernel/once.js';
import { CAPABILITIES } from '../oci/capabilities.js';
import { DEFAULT_SPEC } from '../oci/defaults.js';
import type { Linux, Namespace } from '../oci/linux.js';
import type { Process, Spec } from '../oci/spec.js';

/** What a machine is like, for a container. */
export interface Machine {
  /** False: in a user namespace. */
  readonly privileged: boolean;
  /** The version of what it sees of its cgroup; undefined where there is nothing to see. */
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

/** On v2 one more for cgroups. */
export function usualNamespaces({ privileged, cgroups }: Machine): readonly Namespace[] {
  const more = [...(cgroups === 2 ? ['cgroup' as const] : []), ...(privileged ? [] : ['user' as const])];
  return [...(DEFAULT_SPEC.linux.namespaces ?? []), ...more.map((type) => ({ type }))];
}

/** Without root whoever starts a container is root in there, and nobody else is anybody (user_namespaces(7)). */
function ownMappings(): Linux {
  return { uidMappings: onlyRoot(process.geteuid?.()), gidMappings: onlyRoot(process.getegid?.()) };
}

function onlyRoot(hostID = 0): NonNullable<Linux['uidMappings']> {
  return [{ containerID: 0, hostID, size: 1 }];
}

/** Nobody can give what he has not. Of a user who is not root execve(2) takes all but the bounding set. */
export function usualCapabilities(uid: number): NonNullable<Process['capabilities']> {
  return capabilitiesOf(uid === 0);
}

const capabilitiesOf = once((root: boolean): NonNullable<Process['capabilities']> => {
  const { bounding, permitted } = ownCapabilities();
  if (!root) return { bounding: usualAmong(bounding) };
  const given = usualAmong(permitted);
  return { bounding: usualAmong(bounding), effective: given, permitted: given };
});

/** What every container has, as far as it is in a set. */
function usualAmong(set: bigint): readonly string[] {
  const usual = DEFAULT_SPEC.process.capabilities?.bounding ?? [];
  return usual.filter((name) => (set >> BigInt(CAPABILITIES.indexOf(name))) & 1n);
}
