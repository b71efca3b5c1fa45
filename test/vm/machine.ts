import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Commands, packInitramfs } from './initramfs.js';
import { fetchKernel } from './kernel.js';
import { parseRuns, type Run } from './runs.js';
import { installTools } from './tools.js';

/** How long the machine may run, in milliseconds. */
const LIMIT = 30 * 60_000;

/**
 * Boots machines with a kernel of Debian and cgroup v2 alone, side by side: each runs its commands, one after the other, most of which keep
 * one CPU busy. What all of them ran.
 */
export async function runInMachines(machines: Readonly<Record<string, Commands>>): Promise<Map<string, Run>> {
  installTools();
  const kernel = fetchKernel();
  const work = mkdtempSync(join(tmpdir(), 'tslab-vm-'));
  const end = new AbortController();
  try {
    const initramfs = packInitramfs(kernel, machines, work);
    const how = { image: kernel.image, initramfs, work, signal: end.signal };
    const runs = await Promise.all(Object.keys(machines).map((name) => boot({ name, ...how })));
    return new Map(runs.flatMap((some) => [...some]));
  } finally {
    end.abort(); // where one has failed, the other
    // TSLAB_VM_KEEP=1 leaves the initramfs, the consoles and the results for a look.
    if (!process.env.TSLAB_VM_KEEP) rmSync(work, { recursive: true });
  }
}

interface Boot {
  readonly name: string;
  readonly image: string;
  readonly initramfs: string;
  readonly work: string;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * The clock of the processor, or else each look at the time is a slow access to an emulated hpet; and no detours for weaknesses
 * that an emulated processor does not have. Together they save about a twentieth of the processor time of a run.
 */
const FAST = 'tsc=reliable mitigations=off';

/** A machine whose host is busy may wait too long for its first tick, and takes its timer for broken (check_timer(), arch/x86/kernel/apic/io_apic.c). */
const PATIENT = 'no_timer_check';

/**
 * Emulated: KVM is seldom there within a virtual machine, and where it is it may not work. The serial line is the console of the kernel, which
 * polls it. Results take a virtio port: a serial line with interrupts takes 150 kB a second, and it has stopped for good, of a machine that
 * went on otherwise.
 */
async function boot({ name, image, initramfs, work, signal }: Boot): Promise<Map<string, Run>> {
  const [console, results] = ['console', 'results'].map((file) => join(work, `${name}.${file}`)) as [string, string];
  // What the kernel does not know itself is in the environment of init.
  const words = `console=ttyS0 panic=-1 quiet printk.devkmsg=on ${FAST} ${PATIENT} rdinit=/init machine=${name}`;
  const qemu = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'qemu-system-x86_64'], // ends with the tests, however they end
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '3072'],
      ...['-display', 'none', '-monitor', 'none', '-nic', 'none', '-no-reboot'],
      ...['-serial', `file:${console}`, '-device', 'virtio-serial-pci'],
      ...['-chardev', `file,id=results,path=${results}`, '-device', 'virtserialport,chardev=results'],
      ...['-kernel', image, '-initrd', initramfs, '-append', words],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], signal },
  );
  const timer = setTimeout(() => qemu.kill(), LIMIT);
  await once(qemu, 'exit');
  clearTimeout(timer);
  const runs = parseRuns(readFileSync(results, 'utf8'));
  if (runs.size === 0) throw new Error(`the machine of the ${name} ran nothing:\n${readFileSync(console, 'utf8')}`);
  return runs;
}
