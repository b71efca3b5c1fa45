/** The profile of containers for which no other is asked for. Its calls are in calls.ts; here is what depends on arguments. */
import { constants } from 'node:os';
import type { Profile, ProfileRule } from '../profile.js';
import { ALLOWED, ON_MACHINES, SINCE, WITH_CAPABILITY } from './calls.js';

const { EPERM, ENOSYS } = constants.errno;

/** Address families, include/linux/socket.h: refused are those that leave the network namespace, or reach much of the kernel. */
const AF_ALG = 38;
const AF_VSOCK = 40;

/** Execution domains, include/uapi/linux/personality.h; the last asks for the present one. */
const PER_LINUX32 = 0x8;
const UNAME26 = 0x2_0000;
const DOMAINS = [0, PER_LINUX32, UNAME26, UNAME26 | PER_LINUX32, 0xffff_ffff];

/** The flags that make namespaces: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACES = 0x7e02_0000;

const WITHOUT_ADMIN = { excludes: { caps: ['CAP_SYS_ADMIN'] } };

export const DEFAULT_PROFILE: Profile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: EPERM,
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
  ],
  syscalls: [
    ...Object.values(ALLOWED).map((calls) => allow(calls)),
    { ...allow(SINCE.calls), includes: { minKernel: SINCE.minKernel } },
    ...ON_MACHINES.map(([machines, calls]) => ({ ...allow(calls), includes: { arches: words(machines) } })),
    ...Object.entries(WITH_CAPABILITY).map(([name, calls]) => ({ ...allow(calls), includes: { caps: [name] } })),
    allowWhere('socket', 'SCMP_CMP_LT', AF_ALG),
    allowWhere('socket', 'SCMP_CMP_EQ', AF_ALG + 1),
    allowWhere('socket', 'SCMP_CMP_GT', AF_VSOCK),
    ...DOMAINS.map((domain) => allowWhere('personality', 'SCMP_CMP_EQ', domain)),
    // Processes and threads, but no namespaces: a user namespace would give all capabilities to who asks for it.
    { ...allowWhere('clone', 'SCMP_CMP_MASKED_EQ', NEW_NAMESPACES), ...WITHOUT_ADMIN },
    // Its flags are in memory, where no filter can look. glibc takes clone() where it is told that there is no clone3().
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS, ...WITHOUT_ADMIN },
  ],
};

type Operator = NonNullable<ProfileRule['args']>[number]['op'];

function allow(calls: string): ProfileRule {
  return { names: words(calls), action: 'SCMP_ACT_ALLOW' };
}

/** Allows a call by its first argument. */
function allowWhere(call: string, op: Operator, value: number): ProfileRule {
  return { ...allow(call), args: [{ index: 0, value, op }] };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
