import type { Rule, Seccomp } from '../oci/seccomp.js';
import { ABIS, ABIS_OF, GO_NAME, type Machine } from './abi.js';
import type { Profile, ProfileRule, Situation } from './profile.js';

/** Where a filter is to be loaded. */
export interface Place {
  /** The bounding set of the container, by names. */
  readonly capabilities: readonly string[];
  readonly architecture: Machine;
  /** uname(2): `6.18.2-arch1`. */
  readonly kernel: string;
}

/** The rules of a profile that apply in a place, as the OCI specification has them (moby, profiles/seccomp/seccomp_linux.go). */
export function rulesFor(profile: Profile, place: Place): Seccomp {
  const { defaultAction, defaultErrnoRet, flags, syscalls = [] } = profile;
  return {
    defaultAction,
    architectures: architecturesFor(profile, place.architecture),
    syscalls: syscalls.filter((rule) => applies(rule, place)).map(ociRule),
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    ...(flags ? { flags } : {}),
  };
}

/** The architectures that a profile lists, or those of its map that this machine can have. */
function architecturesFor({ architectures = [], archMap = [] }: Profile, machine: Machine): string[] {
  const native = ABIS[ABIS_OF[machine][0]].profile;
  const mapped = archMap.filter(({ architecture }) => architecture === native);
  return [...architectures, ...mapped.flatMap((one) => [one.architecture, ...(one.subArchitectures ?? [])])];
}

/** Of what a rule includes all has to be there, and of what it excludes nothing. */
function applies({ includes = {}, excludes = {} }: ProfileRule, place: Place): boolean {
  const includesAll = (includes.caps ?? []).every((name) => place.capabilities.includes(name));
  const isIncluded = !includes.arches?.length || includes.arches.includes(GO_NAME[place.architecture]);
  const isNewEnough = includes.minKernel === undefined || isAtLeast(place.kernel, includes.minKernel);
  return includesAll && isIncluded && isNewEnough && !isExcluded(excludes, place);
}

function isExcluded({ caps = [], arches = [], minKernel }: Situation, place: Place): boolean {
  const isTooNew = minKernel !== undefined && isAtLeast(place.kernel, minKernel);
  return (
    isTooNew || arches.includes(GO_NAME[place.architecture]) || caps.some((name) => place.capabilities.includes(name))
  );
}

/** Whether a release of the kernel is a version or a later one. */
function isAtLeast(release: string, version: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  const [wanted = 0, wantedMinor = 0] = version.split('.').map(Number);
  return major > wanted || (major === wanted && minor >= wantedMinor);
}

function ociRule({ name, names = [name ?? ''], action, errnoRet, args }: ProfileRule): Rule {
  return {
    names,
    action,
    ...(errnoRet === undefined ? {} : { errnoRet }),
    ...(args ? { args } : {}),
  };
}
