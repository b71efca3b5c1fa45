import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneBeforeGate, mkdir, sethostname, setns } from '../../src/kernel/calls/index.js';
import { CLONE_NEWPID, CLONE_NEWUTS } from '../../src/kernel/constants.js';
import { start } from '../../src/kernel/process.js';
import { readNamespaces, readNspid } from '../../src/procfs/namespaces.js';
import { run, shell } from '../support/inside.js';
import { holdings } from '../support/leftovers.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-gate-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const made = () => join(directory, 'made');

describe('the gate', () => {
  it('holds the child before its first call until the parent has done its part', async () => {
    let seen: boolean | undefined;
    const { code } = await run(shell('exit 0', [mkdir(made(), 0o755)]), () => {
      seen = existsSync(made());
    });
    expect([seen, existsSync(made()), code]).toEqual([false, true, 0]);
  });

  it('gives the parent the pid of a child that is in its namespaces already', async () => {
    const ours = readNamespaces('self');
    let theirs: { uts: number | null; nspid: number[] | null } | undefined;
    const spec = { ...shell('exit 0', [sethostname('x')]), namespaces: CLONE_NEWUTS | CLONE_NEWPID };
    const { child } = await run(spec, (pid) => {
      theirs = { uts: readNamespaces(pid).uts, nspid: readNspid(pid) };
    });
    expect(theirs?.nspid).toEqual([child.pid, 1]);
    expect(theirs?.uts).not.toBe(ours.uts);
  });

  it('stays shut where the part of the parent fails: the child ends, its calls are not made', () => {
    const before = holdings();
    const fail = () => {
      throw new Error('no such bridge');
    };
    expect(() => start(shell('exit 0', [mkdir(made(), 0o755)]), fail)).toThrow('no such bridge');
    expect(existsSync(made())).toBe(false);
    expect(holdings()).toEqual(before);
  });

  it('is behind the namespaces of another: who waits there is the child that goes on, by the pid that it has for us', async () => {
    const other = start({ ...shell('exec sleep 1000'), namespaces: CLONE_NEWUTS | CLONE_NEWPID });
    const open = (kind: string) => openSync(`/proc/${other.pid}/ns/${kind}`, 'r');
    const [uts, pid] = [open('uts'), open('pid')];
    try {
      const entering = [setns(uts, CLONE_NEWUTS), setns(pid, CLONE_NEWPID), cloneBeforeGate()];
      let seen: (number | boolean | undefined)[] = [];
      const { child, code } = await run({ ...shell('exit 4', [mkdir(made(), 0o755)]), entering }, (pid) => {
        seen = [
          pid,
          readNspid(pid)?.at(-1),
          readNamespaces(pid).uts === readNamespaces(other.pid).uts,
          existsSync(made()),
        ];
      });
      expect([seen, existsSync(made()), code]).toEqual([[child.pid, 2, true, false], true, 4]);
    } finally {
      for (const fd of [uts, pid]) closeSync(fd);
      process.kill(other.pid, 'SIGKILL');
      await other.exited;
    }
  });

  it('is not reached where a namespace cannot be entered, and nothing is left where the parent fails', async () => {
    const before = holdings();
    let reached = false;
    const part = () => {
      reached = true;
    };
    expect(() => start({ ...shell('exit 0'), entering: [setns(0, CLONE_NEWUTS)] }, part)).toThrow(/setns.*EINVAL/);
    expect(reached).toBe(false);
    const fail = () => {
      throw new Error('no such bridge');
    };
    const entering = [cloneBeforeGate()];
    expect(() => start({ ...shell('exit 0', [mkdir(made(), 0o755)]), entering }, fail)).toThrow('no such bridge');
    expect(existsSync(made())).toBe(false);
    expect(holdings()).toEqual(before);
  });
});
