import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDoctor } from '../../src/doctor/doctor.js';
import type { Facts } from '../../src/doctor/facts.js';
import type { DoctorReport } from '../../src/doctor/report.js';
import { tryAll } from '../../src/doctor/trials.js';
import { isPrivileged } from '../../src/kernel/credentials/privilege.js';
import { diffSnapshots, takeSnapshot } from '../../src/procfs/snapshot.js';
import { childrenOf, holdings } from '../support/leftovers.js';
import { needs } from '../support/needs.js';
import { stepsLeftOut } from './surroundings.js';
import { jsonLines, TSLAB } from './tslab.js';

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const state = mkdtempSync(join(tmpdir(), 'tslab-doctor-test-'));

beforeAll(() => {
  process.env.TSLAB_STATE = state;
  chmodSync(state, 0o777);
});

afterAll(() => rmSync(state, { recursive: true }));

interface Told {
  readonly facts: Facts;
  readonly report: DoctorReport;
}

/** What the doctor says when it is run by another command, such as `setpriv`: the compiled code. */
function doctorUnder(...command: string[]): Told {
  const script = `import { examine } from '${url('examine')}'; import { judge } from '${url('judge')}';
    const facts = examine(); console.log(JSON.stringify({ facts, report: judge(facts) }));`;
  const node = [process.execPath, '--input-type=module', '--eval', script];
  const [program, ...args] = [...command, ...node];
  return JSON.parse(execFileSync(program as string, args, { encoding: 'utf8' })) as Told;
}

function url(module: string): string {
  return pathToFileURL(`dist/src/doctor/${module}.js`).href;
}

function lab({ report }: Told, id: string) {
  return report.labs.find((one) => one.id === id);
}

describe('the doctor', () => {
  it.each([
    ['pid', ['--pid', '--fork']],
    ['mnt', ['--mount']],
    ['uts', ['--uts']],
    ['ipc', ['--ipc']],
    ['net', ['--net']],
    ['user', ['--user', '--map-root-user']],
    ['cgroup', ['--cgroup']],
    ['time', ['--time']],
    ['proc', ['--pid', '--fork', '--mount-proc']],
  ] as const)('says of %s what unshare(1) says', (name, options) => {
    const root = process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const works = spawnSync('unshare', [...root, ...options, 'true']).status === 0;
    expect(tryAll(isPrivileged())[name] === null).toBe(works);
  });

  it('leaves nothing behind: no mount, no directory, no cgroup, no process, no descriptor', async () => {
    runDoctor();
    await childrenGone();
    const before = { host: takeSnapshot(), holdings: holdings(), tmp: readdirSync('/tmp'), name: hostname() };
    runDoctor();
    await childrenGone();
    const changes = diffSnapshots(before.host, takeSnapshot()).filter(({ what }) => what !== 'process');
    expect(changes).toEqual([]);
    expect(holdings()).toEqual(before.holdings);
    expect(readdirSync('/tmp').filter((name) => /^(lower|upper|work|merged|null)$/.test(name))).toEqual([]);
    expect(readdirSync(state)).toEqual([]);
    expect(hostname()).toBe(before.name);
  });

  it('sees that an ordinary user cannot make device nodes, with the errno', (test) => {
    needs(test, 'root');
    const told = doctorUnder(...NOBODY);
    expect(told.facts.uid).toBe(65534);
    expect(told.facts.trials.mknod).toMatchObject({ errno: 'EPERM' });
    expect(lab(told, '02-rootfs')?.verdict).not.toBe('can run');
    expect(told.report.ok).toBe(false);
  });

  it.for(['04-overlay', '05-exec', '12-runtime'])('names the steps that %s leaves out for that user', (id, test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
    const left = lab(doctorUnder(...NOBODY), id)?.problems.flatMap(({ without }) => without.flatMap(stepsLeftOut));
    // A step may want two things that are missing.
    expect([...new Set(left)].sort()).toEqual(impossibleSteps(id).sort());
  });

  it('sees that root has lost the capability that matters, and can do what an ordinary user can', (test) => {
    needs(test, 'root');
    const told = doctorUnder('setpriv', '--bounding-set=-sys_admin');
    expect(told.facts.missingCapabilities).toContain('CAP_SYS_ADMIN');
    expect(told.facts).toMatchObject({ uid: 0, privileged: false, trials: { pid: null, mknod: { errno: 'EPERM' } } });
    expect(lab(told, '01-pid-namespace')?.verdict).toBe('can run');
  });

  it('sees that a part of /proc is hidden, as in a container, and that no proc can be mounted then', (test) => {
    needs(test, 'root');
    const hide = 'mount -t tmpfs none /proc/tty && exec "$@"';
    const told = doctorUnder('unshare', '--mount', 'sh', '-c', hide, 'sh', ...NOBODY);
    expect(told.facts.hiddenProc).toContain('/proc/tty');
    expect(told.facts.trials.proc).toMatchObject({ call: 'mount', errno: 'EPERM' });
    expect(lab(told, '01-pid-namespace')?.problems[0]?.why).toContain('/proc/tty');
  });

  it('sees that the kernel was told to allow no more pid namespaces, and names the switch', (test) => {
    needs(test, 'root');
    // In a user namespace of its own: the switch is one for each.
    const forbid = 'echo 0 > /proc/sys/user/max_pid_namespaces && exec "$@"';
    const told = doctorUnder('unshare', '--user', '--map-root-user', 'sh', '-c', forbid, 'sh');
    expect(told.facts.trials.pid).toMatchObject({ call: 'clone', errno: 'ENOSPC' });
    const problem = lab(told, '01-pid-namespace')?.problems.find(({ why }) => why.includes('max_pid_namespaces'));
    expect(problem?.remedies).toContain('sudo sysctl -w user.max_pid_namespaces=15000');
  });

  it('sees that the state directory belongs to somebody else, and makes none', (test) => {
    needs(test, 'root');
    const told = doctorUnder('env', 'TSLAB_STATE=/root/tslab-doctor-test', ...NOBODY);
    expect(told.facts.state.refused?.message).toContain('EACCES');
    expect(told.report.labs.map(({ verdict }) => verdict)).toEqual(told.report.labs.map(() => 'cannot'));
  });
});

/** What the lab itself says of each step, run by an ordinary user. */
function impossibleSteps(id: string): string[] {
  const [program = '', ...args] = [...NOBODY, process.execPath, TSLAB, id, '--json'];
  const env = { ...process.env, TSLAB_STATE: join(state, 'of-nobody') };
  const { stdout } = spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 64 << 20 });
  return jsonLines(stdout).flatMap((event) => (event.type === 'step' && event.impossible ? [String(event.id)] : []));
}

/** Children of trials have ended; they are waited for when the event loop comes to it. */
async function childrenGone(): Promise<void> {
  for (let tries = 0; tries < 100 && childrenOf(process.pid).length > 0; tries++) await pause(10);
}
