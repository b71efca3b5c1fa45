/**
 * The ways into the kernel of a machine. Each has numbers of its own for the system calls, and a program may use any of them: on x86-64
 * `int 0x80` enters by those of i386.
 */
export type Abi = 'x86_64' | 'i386' | 'aarch64' | 'arm';

interface AbiFacts {
  /** AUDIT_ARCH_*, include/uapi/linux/audit.h: what a filter finds in seccomp_data.arch. */
  readonly audit: number;
  /** What profiles call it. */
  readonly profile: string;
  /** Of a register: arguments of 32 bits have zeros above. */
  readonly bits: 32 | 64;
}

export const ABIS: Readonly<Record<Abi, AbiFacts>> = {
  x86_64: { audit: 0xc000003e, profile: 'SCMP_ARCH_X86_64', bits: 64 },
  i386: { audit: 0x40000003, profile: 'SCMP_ARCH_X86', bits: 32 },
  aarch64: { audit: 0xc00000b7, profile: 'SCMP_ARCH_AARCH64', bits: 64 },
  arm: { audit: 0x40000028, profile: 'SCMP_ARCH_ARM', bits: 32 },
};

/** A machine that tslab runs on, by Node's name for it. */
export type Machine = 'x64' | 'arm64';

/** The ABIs of a machine, its own first. */
export const ABIS_OF: Readonly<Record<Machine, readonly [native: Abi, compatible: Abi]>> = {
  x64: ['x86_64', 'i386'],
  arm64: ['aarch64', 'arm'],
};

/** What profiles call a machine in `includes.arches`: Go's name. */
export const GO_NAME: Readonly<Record<Machine, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * From here on a number is one of x32, the third ABI of x86-64: its arch is that of x86-64 (__X32_SYSCALL_BIT,
 * arch/x86/include/uapi/asm/unistd.h).
 */
export const X32 = 0x4000_0000;

export function abiOf(audit: number): Abi | undefined {
  return (Object.keys(ABIS) as Abi[]).find((abi) => ABIS[abi].audit === audit);
}

/** The machine that tslab runs on. */
export function thisMachine(arch: NodeJS.Architecture = process.arch): Machine {
  if (arch === 'x64' || arch === 'arm64') return arch;
  throw new Error(`tslab's filters are written for x86-64 and arm64, and this machine is ${arch}`);
}
