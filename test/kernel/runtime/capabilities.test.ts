import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

/** Sets, no_new_privs and the mode of seccomp of a process, as its /proc/self/status has them. */
function setsIn(status: string): Record<string, string> {
  return Object.fromEntries(
    [...status.matchAll(/^(?:Cap)?(\w+):\s+([0-9a-f]{16}|\d)$/gm)].map(([, name, set]) => [name, set]),
  );
}

const ours = setsIn(readFileSync('/proc/self/status', 'utf8'));
const DOCKERS = '00000000a80425fb';
const NONE = '0'.repeat(16);
const FILTERED = { Inh: NONE, Amb: NONE, NoNewPrivs: '0', Seccomp: '2' };
const rootWith = (set: string) => ({ ...FILTERED, Prm: set, Eff: set, Bnd: set });
const ROOT = rootWith(DOCKERS);
const USER = { ...FILTERED, Prm: NONE, Eff: NONE, Bnd: DOCKERS };
const OPEN = { ...rootWith(ours.Bnd as string), Seccomp: '0' };
const STATUS = ['sh', '-c', 'grep -E "^(Cap.*|NoNewPrivs|Seccomp):" /proc/self/status'];
const statusOf = (...words: string[]) => setsIn(output(...words, ...STATUS));

describe.skipIf(!isRoot)('the capabilities of a program in a container, whole (skipped without root)', () => {
  beforeAll(() => {
    output('run', '-d', '--name', 'box', 'busybox', 'sleep', '1000');
    output('run', '-d', '--name', 'open', '--privileged', 'busybox', 'sleep', '1000');
    output(
      'run',
      '-d',
      '--name',
      'narrow',
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
      'busybox',
      'sleep',
      '1000',
    );
  });
  afterAll(() => output('rm', '-f', 'box', 'open', 'narrow'));

  it.each([
    ['run', ['run', '--rm', 'busybox'], ROOT],
    ['run --init', ['run', '--rm', '--init', 'busybox'], ROOT],
    ['run -u 1000', ['run', '--rm', '-u', '1000', 'busybox'], USER],
    ['run --init -u 1000', ['run', '--rm', '--init', '-u', '1000', 'busybox'], USER],
    ['run --pid host --uts host', ['run', '--rm', '--pid', 'host', '--uts', 'host', 'busybox'], ROOT],
    ['exec', ['exec', 'box'], ROOT],
    ['exec -u 1000:1000', ['exec', '-u', '1000:1000', 'box'], USER],
  ])('are Docker’s fourteen, with a filter: %s', (_, words, expected) => {
    expect(statusOf(...words)).toMatchObject(expected);
  });

  it.each([
    ['--cap-add', ['--cap-add', 'NET_ADMIN', '--cap-add', 'cap_sys_time'], rootWith('00000000aa0435fb')],
    ['--cap-drop', ['--cap-drop', 'chown', '--cap-drop', 'MKNOD'], rootWith('00000000a00425fa')],
    ['--cap-drop ALL', ['--cap-drop', 'ALL'], rootWith(NONE)],
    ['--cap-drop ALL --cap-add', ['--cap-drop', 'ALL', '--cap-add', 'KILL'], rootWith('0000000000000020')],
    ['--cap-add ALL', ['--cap-add', 'ALL'], rootWith(ours.Bnd as string)],
    ['-u 1000 --cap-add', ['-u', '1000', '--cap-add', 'NET_ADMIN'], { ...USER, Bnd: '00000000a80435fb' }],
    ['--security-opt seccomp=unconfined', ['--security-opt', 'seccomp=unconfined'], { ...ROOT, Seccomp: '0' }],
    ['--security-opt no-new-privileges', ['--security-opt', 'no-new-privileges'], { ...ROOT, NoNewPrivs: '1' }],
    ['--security-opt no-new-privileges:false', ['--security-opt', 'no-new-privileges:false'], ROOT],
    [
      '-u 7 --security-opt no-new-privileges',
      ['-u', '7', '--security-opt', 'no-new-privileges=true'],
      { ...USER, NoNewPrivs: '1' },
    ],
    ['--privileged', ['--privileged'], OPEN],
  ])('are others with %s', (_, options, expected) => {
    expect(statusOf('run', '--rm', ...options, 'busybox')).toMatchObject(expected);
  });

  it('are never more for what exec adds than its container has', () => {
    expect(statusOf('exec', 'narrow')).toMatchObject({ ...rootWith(NONE), NoNewPrivs: '1' });
    expect(statusOf('exec', 'open')).toMatchObject(OPEN);
  });

  it('are all with exec --privileged, and the container’s filter stays', () => {
    expect(statusOf('exec', '--privileged', 'box')).toMatchObject(rootWith(ours.Bnd as string));
    expect(statusOf('exec', '--privileged', 'narrow')).toMatchObject({ NoNewPrivs: '1', Bnd: ours.Bnd });
  });

  it('are the same in a detached container, and tslab keeps its own', () => {
    expect(setsIn(output('exec', 'box', 'cat', '/proc/1/status'))).toMatchObject(ROOT);
    expect(setsIn(readFileSync('/proc/self/status', 'utf8'))).toEqual(ours);
  });

  it('are back where the piece is left out, so it is this that takes them; so is the filter', () => {
    expect(statusOf('run', '--rm', '--skip', 'capabilities', 'busybox').Bnd).toBe(ours.Bnd);
    expect(statusOf('run', '--rm', '--skip', 'seccomp', 'busybox').Seccomp).toBe('0');
  });

  it('are shown by inspect as docker does', () => {
    const shown = (name: string) => output('inspect', '-f', '{{json .HostConfig}}', name);
    expect(JSON.parse(shown('narrow'))).toMatchObject({
      CapDrop: ['ALL'],
      CapAdd: null,
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
    });
    expect(JSON.parse(shown('open'))).toMatchObject({
      Privileged: true,
      SecurityOpt: ['label=disable'],
      MaskedPaths: null,
      ReadonlyPaths: null,
    });
    expect(JSON.parse(shown('box')).MaskedPaths).toContain('/proc/kcore');
  });

  it('that tslab has not are refused by name', () => {
    const missing = (BigInt(`0x${ours.Bnd}`) >> 24n) & 1n ? undefined : 'SYS_RESOURCE';
    if (missing === undefined) return;
    expect(tslab(['run', '--cap-add', missing, 'busybox'])).toMatchObject({
      status: 125,
      stderr: expect.stringContaining(`--cap-add ${missing}: tslab has not got`),
    });
  });
});

describe.skipIf(!isRoot)(
  'what is open with --privileged, and with systempaths=unconfined (skipped without root)',
  () => {
    const LOOK = ['grep', '-c', ' /proc/', '/proc/self/mountinfo'];

    it('is nothing without them', () => {
      expect(Number(tslab(['run', '--rm', 'busybox', ...LOOK]).stdout)).toBeGreaterThan(5);
    });

    it.each([['--privileged'], ['--security-opt=systempaths=unconfined']])('is /proc: %s', (option) => {
      expect(tslab(['run', '--rm', option, 'busybox', ...LOOK]).stdout).toMatch(/^0\n/);
    });

    it('is the mount(2) of another filesystem', () => {
      const mount = ['sh', '-c', 'mount -t tmpfs x /mnt && echo mounted'];
      expect(tslab(['run', '--rm', 'busybox', ...mount]).stdout).toBe('');
      expect(output('run', '--rm', '--privileged', 'busybox', ...mount)).toBe('mounted\n');
      expect(output('run', '--rm', '--cap-add', 'SYS_ADMIN', 'busybox', ...mount)).toBe('mounted\n');
    });
  },
);
