/** Filesystems that are the kernel's own, and where a container has them. */
export const KERNEL_PLACES: readonly string[] = ['/proc', '/sys'];

/** Paths that Docker hides (moby, oci/defaults.go: MaskedPaths): memory, keys and timers of the whole machine. */
export const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];

/** Paths that Docker makes read-only (ReadonlyPaths): settings of the kernel, which all containers share. */
export const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
