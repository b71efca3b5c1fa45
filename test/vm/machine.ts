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

/** Boots a machine with a kernel of Debian and cgroup v2 alone, runs the commands there, one after the other. */
export async function runInMachine(commands: Commands): Promise<Map<string, Run>> {
  installTools();
  const kernel = fetchKernel();
  const work = mkdtempSync(join(tmpdir(), 'tslab-vm-'));
  try {
    const initramfs = packInitramfs(kernel, commands, work);
    return await boot({ image: kernel.image, initramfs, work });
  } finally {
    // TSLAB_VM_KEEP=1 leaves the initramfs, the console and the results for a look.
    if (!process.env.TSLAB_VM_KEEP) rmSync(work, { recursive: true });
  }
}

interface Boot {
  readonly image: string;
  readonly initramfs: string;
  readonly work: string;
}

/**
 * The clock of the processor, or else each look at the time is a slow access to an emulated hpet; and no detours for weaknesses
 * that an emulated processor does not have. Together they save about a twentieth of the processor time of a run.
 */
const FAST = 'tsc=reliable mitigations=off';

/**
 * Emulated: KVM is seldom there within a virtual machine, and where it is it may not work. The first serial line is the console
 * of the kernel, the second has the results alone.
 */
async function boot({ image, initramfs, work }: Boot): Promise<Map<string, Run>> {
  const [console, results] = [join(work, 'console'), join(work, 'results')];
  const qemu = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '3072'],
      ...['-display', 'none', '-monitor', 'none', '-nic', 'none', '-no-reboot'],
      ...['-serial', `file:${console}`, '-serial', `file:${results}`],
      ...['-kernel', image, '-initrd', initramfs, '-append', `console=ttyS0 panic=-1 quiet ${FAST} rdinit=/init`],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const timer = setTimeout(() => qemu.kill(), LIMIT);
  await once(qemu, 'exit');
  clearTimeout(timer);
  const runs = parseRuns(readFileSync(results, 'utf8'));
  if (runs.size === 0) throw new Error(`the machine ran nothing:\n${readFileSync(console, 'utf8')}`);
  return runs;
}
