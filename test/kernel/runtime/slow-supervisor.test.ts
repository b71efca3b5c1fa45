import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

/** Longer than any time that a client could have in mind, in milliseconds. */
const LONG = 11_000;

describe.skipIf(!isRoot)('a supervisor that is slow to come up (skipped without root)', () => {
  it('is waited for as long as it lives', async () => {
    const client = start(['run', '-d', '--name', 'slow', 'busybox', 'sleep', '1000']);
    let supervisor = 0;
    await until(() => {
      supervisor = supervisors()[0] ?? 0;
      return supervisor > 0;
    });
    process.kill(supervisor, 'SIGSTOP');
    await delay(LONG);
    process.kill(supervisor, 'SIGCONT');
    expect((await client.ended).status).toBe(0);
    expect(output('ps', '--format', '{{.Names}}')).toBe('slow\n');
    output('rm', '-f', 'slow');
  });

  it('and one that always dies is not', async () => {
    const client = start(['run', '-d', '--name', 'never', 'busybox', 'true']);
    const killing = setInterval(() => {
      supervisors().forEach(killIfAlive);
    }, 2);
    const { status } = await client.ended;
    clearInterval(killing);
    expect(status).toBe(125);
    expect(tslab(['inspect', '-f', '{{.State.Error}}', 'never']).stdout).toContain('ends before it listens');
    output('rm', '-f', 'never');
    // Whoever was killed could not remove it.
    rmSync(join(state(), 'run/supervisor.sock'), { force: true });
  });
});

/** It may have died between the look at /proc and the signal. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Supervisors of this state directory, also before they call themselves so. */
function supervisors(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter(isSupervisor).map(Number);
}

function isSupervisor(pid: string): boolean {
  try {
    const isOne = /supervisor\.cjs|tslab-supervisor/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
    return isOne && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TSLAB_STATE=${state()}\0`);
  } catch {
    return false;
  }
}
