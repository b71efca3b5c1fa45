import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadFilter, noNewPrivileges } from '../../../labs/10-security/calls/filter.js';
import { execve, prctl } from '../../../src/kernel/calls/index.js';
import { PR_CAPBSET_DROP } from '../../../src/kernel/constants.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { start } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { thisMachine } from '../../../src/seccomp/abi.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import { registerUndo, sweep } from '../../../src/state/ledger/sweep.js';
import { removeTrace, Trace } from '../../../src/why/tracefs.js';
import { RefusalWatch } from '../../../src/why/watch.js';
import { needs } from '../../support/needs.js';

const drop = (name: (typeof CAPABILITIES)[number]) => prctl(PR_CAPBSET_DROP, CAPABILITIES.indexOf(name));

async function refusalsOf(script: string, calls: readonly Syscall[]) {
  using watch = new RefusalWatch();
  const exec = execve('/bin/sh', ['sh', '-c', script], ['PATH=/usr/bin:/bin']);
  await start({ calls: [...calls, exec] }, (pid) => watch.follow(pid)).exited;
  return watch.end().refusals;
}

function instancesOf(pid: number): string[] {
  using trace = new Trace();
  return trace.others().filter((name) => name.startsWith(`tslab-${pid}-`));
}

describe('the kernel’s tracepoints', () => {
  beforeEach((test) => needs(test, 'tracepoints of capabilities'));
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tslab-why-'));
    process.env.TSLAB_STATE = directory;
  });
  afterAll(() => {
    delete process.env.TSLAB_STATE;
    rmSync(directory, { recursive: true });
  });

  it('tell a filter from a capability', async () => {
    const script = `chown 5 ${directory}; mount -t tmpfs x ${directory}`;
    const capabilities = [drop('CAP_CHOWN'), drop('CAP_SYS_ADMIN')];
    const found = await refusalsOf(script, capabilities);
    const filtered = await refusalsOf(script, [
      ...capabilities,
      ...noNewPrivileges(),
      ...loadFilter(defaultProgram(thisMachine())),
    ]);
    expect(found.find(({ call }) => /chown/.test(call))).toMatchObject({ isFiltered: false, lacks: ['CAP_CHOWN'] });
    expect(found.find(({ call }) => call === 'mount')).toMatchObject({ isFiltered: false, lacks: ['CAP_SYS_ADMIN'] });
    expect(filtered.find(({ call }) => /chown/.test(call))).toMatchObject({ isFiltered: false, lacks: ['CAP_CHOWN'] });
    expect(filtered.find(({ call }) => call === 'mount')).toMatchObject({ isFiltered: true, lacks: [] });
  });

  it('tell nothing of a program that is refused nothing, and leave no instance', async () => {
    expect(await refusalsOf('true', [])).toEqual([]);
    expect(instancesOf(process.pid)).toEqual([]);
  });

  it('are swept where their reader was killed', () => {
    const script = `import('${join(process.cwd(), 'dist/src/why/tracefs.js')}').then(({ Trace }) => { new Trace(); process.kill(process.pid, 'SIGKILL'); })`;
    const killed = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(killed.signal).toBe('SIGKILL');
    expect(instancesOf(killed.pid)).toHaveLength(1);
    registerUndo('trace', removeTrace);
    expect(sweep()).toMatchObject([{ kind: 'trace' }]);
    expect(instancesOf(killed.pid)).toEqual([]);
  });
});
