import { thermalThrottles } from '../../labs/02-rootfs/calls/masks.js';
import { allCapabilities, ownCapabilities } from '../kernel/credentials/capabilities.js';
import { ownIds } from '../kernel/credentials/own-ids.js';
import { DEFAULT_SPEC } from '../oci/defaults.js';
import type { IdMaps } from '../oci/id-maps.js';
import type { Linux, Namespace } from '../oci/linux.js';
import type { Process, Spec } from '../oci/spec.js';
import { builtinRules } from '../seccomp/builtin/rules.js';
import { boundingOf } from './security.js';

/** What a container needs to know of the machine. */
export interface Machine {
  /** False: in a user namespace. */
  readonly privileged: boolean;
  /** Its ids there. Undefined: its user's, who is root. */
  readonly ids?: IdMaps | undefined;
  /** The version of cgroups that it sees; undefined where there are none. */
  readonly cgroups?: 1 | 2 | undefined;
  /** Whether its cgroup can have rules for devices. */
  readonly deviceRules?: boolean | undefined;
}

/** Docker's default container, as it can be on a machine such as this. */
export function usualSpec(machine: Machine): Spec {
  const { privileged, cgroups, deviceRules } = machine;
  const { process, mounts } = DEFAULT_SPEC;
  const { resources, sysctl: _, ...linux } = DEFAULT_SPEC.linux;
  const bounding = boundingOf({}, capabilitiesOf(machine));
  return {
    ...DEFAULT_SPEC,
    process: { ...process, capabilities: capabilitiesFor(0, bounding) },
    mounts: cgroups ? mounts : mounts.filter(({ type }) => type !== 'cgroup'),
    linux: {
      ...linux,
      namespaces: usualNamespaces(machine),
      maskedPaths: [...(linux.maskedPaths ?? []), ...thermalThrottles()],
      ...(resources && deviceRules && { resources }),
      seccomp: builtinRules(bounding),
      ...(!privileged && mappingsOf(machine)),
    },
  };
}

function mappingsOf({ ids = ownIds() }: Machine): Linux {
  return { uidMappings: ids.uids, gidMappings: ids.gids };
}

/** Unless said otherwise on v2 also a cgroup namespace. */
export function usualNamespaces(
  { privileged, cgroups }: Machine,
  cgroupns = cgroups === 2 ? 'private' : 'host',
): readonly Namespace[] {
  const ownCgroups = cgroups !== undefined && cgroupns === 'private';
  const more = [...(ownCgroups ? ['cgroup' as const] : []), ...(privileged ? [] : ['user' as const])];
  return [...(DEFAULT_SPEC.linux.namespaces ?? []), ...more.map((type) => ({ type }))];
}

/** The most that a container can have: in a user namespace all, which count there alone. */
export function capabilitiesOf({ privileged }: Pick<Machine, 'privileged'>) {
  return privileged ? ownCapabilities() : allCapabilities();
}

/** Of a container with a network of its own. In a user namespace not all groups are mapped that the range of ping has: EINVAL. */
export function usualSettings(inUserNamespace: boolean): NonNullable<Linux['sysctl']> {
  const { 'net.ipv4.ping_group_range': range, ...others } = DEFAULT_SPEC.linux.sysctl ?? {};
  return { ...others, ...(range !== undefined && !inUserNamespace && { 'net.ipv4.ping_group_range': range }) };
}

/** The capabilities of a program, of a bounding set by names. Of a user other than root execve(2) clears all sets but that. */
export function capabilitiesFor(uid: number, bounding: readonly string[]): NonNullable<Process['capabilities']> {
  return uid === 0 ? { bounding, effective: bounding, permitted: bounding } : { bounding };
}
