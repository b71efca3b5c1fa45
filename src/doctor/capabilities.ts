/** Capabilities by their number: <linux/capability.h>. */
const NAMES =
  `CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
  NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT
  SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG
  WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`.split(/\s+/);

/** The capabilities that a set (a mask of bits) lacks, of those up to `last` (/proc/sys/kernel/cap_last_cap): `CAP_SYS_ADMIN`. */
export function missingCapabilities(set: bigint, last: number): string[] {
  const numbers = Array.from({ length: last + 1 }, (_, number) => number);
  return numbers.filter((number) => !((set >> BigInt(number)) & 1n)).map(nameOf);
}

function nameOf(number: number): string {
  const name = NAMES[number];
  return name ? `CAP_${name}` : `capability ${number}`;
}
