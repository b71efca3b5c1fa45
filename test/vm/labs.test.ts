import { describe, expect, it } from 'vitest';
import type { Check, LabEnded, LabEvent, LabStarted, ObservationMade, StepStarted } from '../../src/lab/events.js';
import { LABS } from './commands.js';
import { run } from './run.js';

/** Steps that this machine cannot do, and why: its files are in a tmpfs of Linux 6.1. */
const IMPOSSIBLE: Readonly<Record<string, Record<string, RegExp>>> = {
  '04-overlay': { 'user-namespace': /tmpfs has them since Linux 6\.6/ },
};

describe('the machine', () => {
  it('has cgroup v2 and nothing else', () => {
    expect(run('controllers').output).toMatch(/\bcpu\b.*\bmemory\b.*\bpids\b/);
    expect(run('labs.before').output).toMatch(/^cgroup2 \/sys\/fs\/cgroup /m);
    expect(run('labs.before').output).not.toMatch(/^cgroup /m);
  });

  it('can run every lab, and two without the steps that its file system cannot do, says the doctor', () => {
    const { output, status } = run('doctor');
    expect(output).toMatch(/^cgroups: v2: .*\bcpu\b/m);
    expect(output).toContain(`${LABS.length} labs: ${LABS.length - 2} can run, 2 can run partly.`);
    expect(output).toMatch(
      /^Lab 04-overlay can run partly\.\n(.*\n)*without it: the step user-namespace is left out$/m,
    );
    expect(output).toMatch(
      /^Lab 09-users can run partly\.\n(.*\n)*without it: the steps idmap and volume are left out$/m,
    );
    expect(status).toBe(1);
  });
});

describe.each(LABS)('%s, on cgroup v2', (lab) => {
  it('knows the layout', () => {
    expect(eventsOf<LabStarted>(lab, 'lab')).toMatchObject([{ id: lab, cgroup: 'v2', root: true }]);
  });

  it('holds, every check of it', () => {
    expect(eventsOf<Check>(lab, 'check').filter(({ held }) => !held)).toEqual([]);
    expect(eventsOf<Check>(lab, 'check').length).toBeGreaterThan(3);
    expect(eventsOf<LabEnded>(lab, 'end')).toMatchObject([{ status: 'held' }]);
    expect(run(lab).status).toBe(0);
  });

  it('leaves out only what this machine cannot do, and says why', () => {
    const left = eventsOf<StepStarted>(lab, 'step').filter(({ impossible }) => impossible);
    const reasons = Object.fromEntries(left.map(({ id, impossible }) => [id, impossible]));
    const expected = Object.entries(IMPOSSIBLE[lab] ?? {}).map(([id, why]) => [id, expect.stringMatching(why)]);
    expect(reasons).toEqual(Object.fromEntries(expected));
  });
});

describe('03-cgroups, on cgroup v2', () => {
  it('shows the files of v2 and none of v1', () => {
    const files = eventsOf<ObservationMade>('03-cgroups', 'observe').map(({ path }) => path.split('/').at(-1));
    expect(files).toEqual(expect.arrayContaining(['cpu.max', 'memory.max', 'pids.max']));
    expect(files.join()).not.toMatch(/cfs_quota|limit_in_bytes/);
  });
});

describe.each(['labs', 'containers'])('after the %s', (machine) => {
  it('nothing is left', () => {
    expect(run(`${machine}.cleanup`).status).toBe(0);
    expect(run(`${machine}.after`).output).toBe(run(`${machine}.before`).output);
  });
});

function eventsOf<Event extends LabEvent>(name: string, type: Event['type']): Event[] {
  const lines = run(name).output.trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as LabEvent);
  return events.filter((event): event is Event => event.type === type);
}
