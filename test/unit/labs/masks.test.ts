import { describe, expect, it } from 'vitest';
import { MASKED, READ_ONLY } from '../../../src/oci/kernel-paths.js';

// What is not there on this machine no container of a test can show.
describe('the paths that a container must not see, or not write', () => {
  it('are those that Docker hides (moby, oci/defaults.go), all of them', () => {
    expect(MASKED).toEqual([
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
    ]);
  });

  it('are those that Docker makes read-only, all of them', () => {
    expect(READ_ONLY).toEqual(['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']);
  });
});
