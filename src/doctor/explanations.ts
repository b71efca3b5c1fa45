import { hintFor } from '../kernel/errors/errno-hints.js';
import type { SyscallName } from '../kernel/numbers.js';
import { confines } from './apparmor.js';
import type { Facts } from './facts.js';
import { isAtLeast, isDockerDesktop, wslVersion } from './release.js';
import type { Need } from './requirements.js';
import type { Refusal } from './trials.js';
import { asRoot, privileged, sysctl } from './ways-out.js';

/** Something that a lab needs and the kernel refused. */
export interface Case {
  readonly facts: Facts;
  readonly lab: string;
  readonly need: Need;
  readonly refusal: Refusal;
}

/** Why the kernel refuses something: in which case it is that, how to say it, and what to do. */
interface Explanation {
  readonly fits: (one: Case) => boolean;
  readonly why: (one: Case) => string;
  readonly remedies: (one: Case) => readonly string[];
}

const WRONG_ARCHITECTURE: Explanation = {
  fits: ({ facts }) => facts.arch !== 'x64' && facts.arch !== 'arm64',
  why: ({ facts }) => `tslab is written for x86-64 and arm64, and this is node for ${facts.arch}.`,
  remedies: () => ['Run tslab on a machine, or in a virtual machine, of one of these with a node of 64 bits.'],
};

const WSL1: Explanation = {
  fits: ({ facts }) => wslVersion(facts.release) === 1,
  why: () => 'This is WSL1: it translates system calls for Windows and has no namespaces. WSL2 is a Linux.',
  remedies: () => ['In PowerShell: wsl --set-version Ubuntu 2   (wsl --list shows the name)'],
};

const OLD_KERNEL: Explanation = {
  fits: ({ facts, need }) => need === 'close_range' && !isAtLeast(facts.release, 5, 11),
  why: ({ facts }) => `tslab needs Linux 5.11 or newer (close_range(2) with its flag), and this is ${facts.release}.`,
  remedies: ({ facts }) =>
    wslVersion(facts.release)
      ? ['In PowerShell: wsl --update']
      : ['sudo apt install linux-generic-hwe-20.04   (Ubuntu 20.04; else a newer release)'],
};

const DEVICE_NODE: Explanation = {
  fits: ({ facts, refusal }) => refusal.call === 'mknodat' && !facts.privileged,
  why: () => 'Only the root of the host may make device nodes, not that of a user namespace (CAP_MKNOD).',
  remedies: ({ facts, lab }) => asRoot(facts, lab),
};

const APPARMOR = 'kernel.apparmor_restrict_unprivileged_userns';
const APPARMOR_RESTRICTS: Explanation = {
  fits: ({ facts, refusal }) => !facts.privileged && facts.sysctls[APPARMOR] === 1 && isForbidden(refusal),
  why: () => `AppArmor takes the capabilities away in user namespaces of ordinary users (${APPARMOR} is 1).`,
  remedies: ({ facts, lab }) => [sysctl(APPARMOR, 0), ...asRoot(facts, lab)],
};

const DEBIAN = 'kernel.unprivileged_userns_clone';
const ONLY_ROOT_MAY: Explanation = {
  fits: ({ facts, refusal }) => !facts.privileged && facts.sysctls[DEBIAN] === 0 && isForbidden(refusal),
  why: () => `Only root may make user namespaces here (${DEBIAN} is 0).`,
  remedies: ({ facts, lab }) => [sysctl(DEBIAN, 1), ...asRoot(facts, lab)],
};

/** mount_too_revealing() in fs/namespace.c: a new proc must not show what is hidden in those that can be seen already. */
const HIDDEN_PROC: Explanation = {
  fits: ({ facts, need, refusal }) => need === 'proc' && refusal.call === 'mount' && facts.hiddenProc.length > 0,
  why: ({ facts }) =>
    `Parts of /proc are hidden here (${facts.hiddenProc[0]} and others): in a user namespace only a proc could be mounted that hides them too.`,
  remedies: ({ facts }) => [privileged(facts)],
};

const CONTAINER_FORBIDS: Explanation = {
  fits: ({ facts, refusal }) => facts.container !== null && isForbidden(refusal) && restrictions(facts).length > 0,
  why: ({ facts }) => `This container forbids it: ${restrictions(facts).join(', ')}.`,
  remedies: ({ facts }) => [privileged(facts)],
};

const POWERLESS_ROOT: Explanation = {
  fits: ({ facts, refusal }) =>
    facts.uid === 0 && isForbidden(refusal) && facts.missingCapabilities.includes('CAP_SYS_ADMIN'),
  why: () => 'This is root without CAP_SYS_ADMIN, the capability for namespaces and mounts.',
  remedies: () => ['sudo -i   (from a session that has all capabilities)'],
};

/** Namespaces are counted for each user, in each user namespace: namespaces(7), "The /proc/sys/user directory". */
const LIMIT_REACHED: Explanation = {
  fits: ({ refusal }) => refusal.errno === 'ENOSPC',
  why: ({ facts }) => {
    const closed = closedLimits(facts);
    return closed.length > 0 ? `${closed.join(' and ')} is 0.` : 'This user has as many namespaces as it may have.';
  },
  remedies: ({ facts, lab }) => [...closedLimits(facts).map((name) => sysctl(name, 15_000)), ...asRoot(facts, lab)],
};

const NOT_BUILT_IN: Explanation = {
  fits: ({ refusal }) => refusal.errno === 'EINVAL' && ['clone', 'unshare'].includes(refusal.call),
  why: ({ need }) => `This kernel was built without ${need} namespaces.`,
  remedies: () => ['Boot a kernel of your distribution: all of them have every namespace.'],
};

const NO_FILESYSTEM: Explanation = {
  fits: ({ refusal }) => refusal.errno === 'ENODEV' && refusal.call === 'mount',
  why: ({ need }) => `This kernel does not know the filesystem ${need}, or its module is not loaded.`,
  remedies: ({ need }) => [`sudo modprobe ${need}`],
};

/** Modules of the kernel, by what is tried with them. An ordinary user's call loads none. */
const NETWORK_MODULES: Partial<Record<Need, readonly string[]>> = {
  veth: ['veth'],
  bridge: ['bridge'],
  masquerade: ['nft_chain_nat', 'nft_masq'],
  dnat: ['nft_chain_nat', 'nft_nat', 'nft_ct', 'nft_fib_inet'],
  vxlan: ['vxlan'],
};

const NO_NETWORK_MODULE: Explanation = {
  fits: ({ need, refusal }) => need in NETWORK_MODULES && isUnknown(refusal),
  why: ({ need }) => `This kernel has no ${need}, or its module is not loaded.`,
  remedies: ({ facts: { release }, need }) => {
    if (isDockerDesktop(release)) return ['A virtual machine with the kernel of a distribution has it.'];
    const modprobe = `sudo modprobe -a ${NETWORK_MODULES[need]?.join(' ')}`;
    return wslVersion(release) ? ['In PowerShell: wsl --update', modprobe] : [modprobe];
  },
};

/** What netlink says to a kind of link, of chain or of expression that it does not know, or has no family for. */
function isUnknown({ errno }: Refusal): boolean {
  return errno !== null && ['EOPNOTSUPP', 'ENOENT', 'EPROTONOSUPPORT'].includes(errno);
}

const INITRAMFS: Explanation = {
  fits: ({ refusal }) => refusal.call === 'pivot_root' && refusal.errno === 'EINVAL',
  why: () => 'The root of this machine is its initramfs, and pivot_root(2) cannot leave that.',
  remedies: () => ['Boot from a disk, or copy everything to a tmpfs and switch_root(8) to it.'],
};

const UNKNOWN: Explanation = {
  fits: () => true,
  why: ({ refusal: { call, errno } }) => {
    const usual = errno && hintFor(call as SyscallName, errno);
    return usual ? `The kernel refuses ${call}: ${usual}.` : `The kernel refuses ${call}.`;
  },
  remedies: ({ facts, lab }) => asRoot(facts, lab),
};

/** The first that fits is the one. What a user can switch comes before what only others can change. */
const EXPLANATIONS = [
  WRONG_ARCHITECTURE,
  WSL1,
  OLD_KERNEL,
  DEVICE_NODE,
  APPARMOR_RESTRICTS,
  ONLY_ROOT_MAY,
  HIDDEN_PROC,
  CONTAINER_FORBIDS,
  POWERLESS_ROOT,
  LIMIT_REACHED,
  NOT_BUILT_IN,
  NO_FILESYSTEM,
  NO_NETWORK_MODULE,
  INITRAMFS,
  UNKNOWN,
];

/** Why the kernel refused, in a sentence, and the ways out. */
export function explain(one: Case): { why: string; remedies: readonly string[] } {
  const { why, remedies } = EXPLANATIONS.find(({ fits }) => fits(one)) ?? UNKNOWN;
  return { why: why(one), remedies: remedies(one) };
}

/** Permission, not ability: an LSM says EACCES, a seccomp filter may say anything, or kill. */
function isForbidden({ errno }: Refusal): boolean {
  return errno === null || ['EPERM', 'EACCES', 'ENOSYS'].includes(errno);
}

/** What a container runtime took away, as far as it shows. */
export function restrictions({ missingCapabilities, uid, seccomp, apparmor }: Facts): string[] {
  return [
    ...(uid === 0 && missingCapabilities.includes('CAP_SYS_ADMIN') ? ['it has no CAP_SYS_ADMIN'] : []),
    ...(seccomp === 2 ? ['a seccomp filter is on it'] : []),
    ...(confines(apparmor) ? [`AppArmor confines it (${apparmor})`] : []),
  ];
}

function closedLimits({ sysctls }: Facts): string[] {
  return Object.entries(sysctls).flatMap(([name, value]) =>
    name.startsWith('user.max_') && value === 0 ? [name] : [],
  );
}
