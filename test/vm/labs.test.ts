import { beforeAll, describe, expect, it } from 'vitest';
import type { Check, LabEnded, LabEvent, LabStarted, Observation } from '../../src/lab/events.js';
import { runInMachine } from './machine.js';
import type { Run } from './runs.js';

const TSLAB = 'node dist/src/cli/main.js';
const VITEST = 'node node_modules/vitest/vitest.mjs run --project kernel --no-isolate --reporter=json';
const LABS = ['01-pid-namespace', '02-rootfs', '03-cgroups'];
/** The tests of src/cgroup, and those of src/kernel that ask most of a kernel. */
const TESTS = ['cgroup', 'enter', 'namespaces'];

/** All that could be left: mounts, cgroups, links, temporary files, and processes that run a program. */
const INVENTORY =
  'cat /proc/mounts; find /sys/fs/cgroup -type d; ls /sys/class/net /tmp; for pid in /proc/[0-9]*; do readlink $pid/exe; done; true';

let runs: Map<string, Run>;
beforeAll(async () => {
  runs = await runInMachine({
    controllers: 'cat /sys/fs/cgroup/cgroup.controllers',
    before: INVENTORY,
    doctor: `${TSLAB} doctor --plain`,
    ...Object.fromEntries(LABS.map((lab) => [lab, `${TSLAB} ${lab} --json`])),
    cleanup: `${TSLAB} cleanup --plain`,
    after: INVENTORY,
    tests: `${VITEST} --outputFile=/report ${TESTS.map((name) => `test/kernel/${name}`).join(' ')} >/log; cat /report`,
  });
});

describe('the machine', () => {
  it('has cgroup v2 and nothing else', () => {
    expect(run('controllers').output).toMatch(/\bcpu\b.*\bmemory\b.*\bpids\b/);
    expect(run('before').output).toMatch(/^cgroup2 \/sys\/fs\/cgroup /m);
    expect(run('before').output).not.toMatch(/^cgroup /m);
  });

  it('can run every lab, says the doctor', () => {
    expect(run('doctor').output).toMatch(/^cgroups: v2: .*\bcpu\b/m);
    expect(run('doctor').status).toBe(0);
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
});

describe('03-cgroups, on cgroup v2', () => {
  it('shows the files of v2 and none of v1', () => {
    const files = eventsOf<Observation>('03-cgroups', 'observe').map(({ path }) => path.split('/').at(-1));
    expect(files).toEqual(expect.arrayContaining(['cpu.max', 'memory.max', 'pids.max']));
    expect(files.join()).not.toMatch(/cfs_quota|limit_in_bytes/);
  });
});

describe('after the labs', () => {
  it('nothing is left', () => {
    expect(run('cleanup').status).toBe(0);
    expect(run('after').output).toBe(run('before').output);
  });
});

describe('the kernel tests', () => {
  it('pass there too', () => {
    const { testResults } = JSON.parse(run('tests').output) as Report;
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(tests.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(testResults.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(tests.length).toBeGreaterThan(40);
  });
});

/** What `vitest --reporter=json` prints, as far as it is looked at here. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function run(name: string): Run {
  const found = runs.get(name);
  if (!found) throw new Error(`the machine did not come to ${name}; it ran ${[...runs.keys()].join(', ')}`);
  return found;
}

function eventsOf<Event extends LabEvent>(name: string, type: Event['type']): Event[] {
  const lines = run(name).output.trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as LabEvent);
  return events.filter((event): event is Event => event.type === type);
}
