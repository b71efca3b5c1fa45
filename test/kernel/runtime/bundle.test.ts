import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSpec, readSpecFile } from '../../../src/oci/config-json.js';
import { DEFAULT_SPEC, DOCKERS_CAPABILITIES } from '../../../src/oci/defaults.js';
import { formatJson } from '../../../src/oci/json.js';
import { builtinRules } from '../../../src/seccomp/builtin/rules.js';
import { needs } from '../../support/needs.js';
import { schemaErrors } from '../../unit/oci/schema.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { start, tslab } from '../tslab.js';

useOwnState();
const isRoot = process.geteuid?.() === 0;

let directory = '';
let box = '';
let source = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-bundle-'));
  [box, source] = [join(directory, 'box'), join(directory, 'source')];
  mkdirSync(source);
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What a container of each runtime is to see alike: not what each makes of cgroup v1, nor the files in /etc, which a bundle has in its root. */
const LOOK = `
  id; hostname; cat /etc/hostname; pwd; echo "$HOME $A"; grep Cap /proc/self/status
  for file in keys timer_list interrupts; do wc -c < /proc/$file; done; ls /sys/firmware | wc -l
  for file in /proc/sys/kernel/domainname /sys/kernel/profiling /v/file /file; do echo x 2>&1 > $file; done
  cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us memory.max pids.max cpu.max
  cut -d " " -f 5 /proc/self/mountinfo | grep -v -e /sys/fs/cgroup/ -e /etc/ | sort; df /t | tail -1
  cd /dev; stat -c "%N %F %a %t %T" $(ls | grep -v core); stat -c "%a %u %g" / /bin /tmp /etc/hosts; exit 7`;

const LOOK_AT_IDS = `
  cat /proc/self/uid_map /proc/self/gid_map; grep -E '^(Uid|Gid|Cap...):' /proc/self/status; stat -c "%n %u %g %a" / /root /etc/hosts /tmp /dev
  touch /root/new /m/new 2>&1; stat -c "%u %g" /root/new; head -c 2 /dev/d/z | od; echo x 2>&1 > /dev/d/z; mknod /n b 7 0 2> /dev/null; cat /n 2>&1; exit 4`;

const OPTIONS = [
  ...['--hostname', 'box', '--memory', '64m', '--pids-limit', '32', '--cpus', '0.5', '--read-only', '-w', '/tmp'],
  ...['-e', 'A=b', '--tmpfs', '/t:size=1m'],
];

/** Ways in which a container is more or less closed. */
const SECURITY: readonly (readonly string[])[] = [
  [],
  ['-u', '1000:1000'],
  ['--cap-add', 'SYS_ADMIN', '--cap-drop', 'CHOWN'],
  ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ['-u', '7', '--cap-add', 'NET_ADMIN', '--security-opt', 'no-new-privileges'],
  ['--cap-drop', 'ALL', '--cap-add', 'KILL', '--security-opt', 'seccomp=unconfined'],
];

/** crun refuses a hybrid machine whose v2 hierarchy has a controller: it gets a mount namespace without that hierarchy. */
function runtime(name: 'runc' | 'crun', bundle: string, input = '') {
  const unified = '/sys/fs/cgroup/unified';
  const adapt = name === 'crun' && existsSync(unified) ? `umount ${unified} && ` : '';
  const script = `${adapt}exec ${name} --root "$1" run --bundle "$2" tslab-test-${process.pid}`;
  const words = ['--mount', 'sh', '-c', script, 'sh', join(directory, name), bundle];
  return spawnSync('unshare', words, { encoding: 'utf8', input });
}

describe.skipIf(!isRoot)('a bundle (skipped without root)', () => {
  for (const name of ['runc', 'crun'] as const) {
    it(`is run by ${name}, unchanged, as tslab runs the container itself`, (test) => {
      needs(test, name);
      for (const user of ['0', '7:8']) {
        const options = [...OPTIONS, '-v', `${source}:/v:ro`, '-u', user];
        const ours = tslab(['run', '--rm', ...options, 'busybox', 'sh', '-c', LOOK]);
        output('bundle', ...options, 'busybox', box, 'sh', '-c', LOOK);
        const theirs = runtime(name, box);
        expect([theirs.status, theirs.stdout.split('\n')]).toEqual([7, ours.stdout.split('\n')]);
        expect([theirs.stderr, ours.status]).toEqual([ours.stderr, 7]);
        rmSync(box, { recursive: true });
      }
    });

    it(`with namespaces of the host, or names, is run by ${name}, as tslab runs the container itself`, (test) => {
      needs(test, name);
      const links = 'for kind in ipc uts pid; do readlink /proc/self/ns/$kind; done; grep Cap /proc/self/status;';
      const names = 'hostname; cat /proc/sys/kernel/domainname;';
      const mounts = 'grep -E " /dev/(shm|mqueue) " /proc/self/mountinfo | cut -d " " -f 4-5 | sort; exit 6';
      for (const [script, ...options] of [
        [links + names + mounts, '--ipc', 'host', '--uts', 'host', '--pid', 'host'],
        [names + mounts, '--domainname', 'x.y', '-h', 'box', '--ipc', 'none'],
      ] as const) {
        const ours = tslab(['run', '--rm', ...options, 'busybox', 'sh', '-c', script]);
        output('bundle', ...options, 'busybox', box, 'sh', '-c', script);
        const theirs = runtime(name, box);
        expect([theirs.status, theirs.stdout.split('\n')]).toEqual([6, ours.stdout.split('\n')]);
        rmSync(box, { recursive: true });
      }
    });

    it.for(SECURITY)(`is closed alike by ${name}, bit for bit: %s`, (options, test) => {
      needs(test, name);
      const look = [
        'sh',
        '-c',
        `grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp):' /proc/self/status; unshare -n true; exit 3`,
      ];
      const ours = tslab(['run', '--rm', ...options, 'busybox', ...look]);
      output('bundle', ...options, 'busybox', box, ...look);
      const theirs = runtime(name, box);
      expect([theirs.status, theirs.stdout, theirs.stderr]).toEqual([3, ours.stdout, ours.stderr]);
      rmSync(box, { recursive: true });
    });

    it(`with devices, and in a user namespace with the ids of its files, is run by ${name}, as tslab runs the container itself`, (test) => {
      needs(test, name);
      // crun takes id-mapped mounts; runc does so since 1.2.
      const mapped = name === 'crun' ? ['-v', `${source}:/m:idmap`] : [];
      for (const userns of ['host', 'auto:size=1000', '300000:400000:65536']) {
        const options = ['--userns', userns, ...(userns === 'host' ? [] : mapped), '--device', '/dev/zero:/dev/d/z:r'];
        const ours = tslab(['run', '--rm', '--network', 'none', ...options, 'busybox', 'sh', '-c', LOOK_AT_IDS]);
        const told = tslab(['bundle', ...options, 'busybox', box, 'sh', '-c', LOOK_AT_IDS]);
        const isClosed = userns.startsWith('auto');
        expect(told.stderr).toMatch(isClosed ? `who may not pass ${directory}: chmod o+x ${directory}` : /^$/);
        if (isClosed) chmodSync(directory, 0o755);
        const theirs = runtime(name, box);
        expect([theirs.status, theirs.stdout, theirs.stderr]).toEqual([4, ours.stdout, ours.stderr]);
        expect(ours.stdout).toMatch(userns === 'host' ? /^ +0 +0 4294967295$/m : /^ +0 +[1-9]\d+ +\d+$/m);
        rmSync(box, { recursive: true });
      }
    });

    it(`with the default specification is run by ${name}`, (test) => {
      needs(test, name);
      output('bundle', 'busybox', box);
      rmSync(join(box, 'config.json'));
      output('spec', '--bundle', box);
      expect(runtime(name, box, 'echo $$; exit 5')).toMatchObject({ status: 5, stdout: '1\n', stderr: '' });
    });
  }

  it('has what run makes of the same options', () => {
    writeFileSync(join(source, 'env'), 'B=c');
    const bind = `type=bind,source=${source},target=/m,readonly`;
    const options = [
      ...[...OPTIONS, '-t', '--env-file', join(source, 'env'), '-u', '7', '--entrypoint', 'ls', '--network', 'host'],
      ...['-v', `${source}:/v:rslave`, '--mount', bind, '--cpu-shares', '512', '--cpuset-cpus', '0'],
    ];
    output('bundle', ...options, 'busybox', box, '-l');
    const ours = readSpec(output('run', '--dry-run=json', ...options, 'busybox', '-l'));
    const { mounts, root, linux, ...rest } = readSpecFile(join(box, 'config.json'));
    const isOwn = ({ destination }: { destination: string }) => destination.startsWith('/etc/');
    const { cgroupsPath, ...samePlace } = ours.linux;
    expect({ ...ours, ...rest, linux: samePlace }).toEqual({ ...ours, linux });
    expect([mounts, root]).toEqual([ours.mounts.filter((one) => !isOwn(one)), { path: 'rootfs', readonly: true }]);
  });

  it('has a copy of the root filesystem, in which its own files lie, and may be in an empty directory', () => {
    mkdirSync(join(source, 'bin'));
    writeFileSync(join(source, 'bin/sh'), '#!', { mode: 0o755 });
    mkdirSync(box);
    output('bundle', '--rootfs', source, '--hostname', 'box', box, 'sh');
    expect(readFileSync(join(box, 'rootfs/etc/hostname'), 'utf8')).toBe('box\n');
    expect(readSpecFile(join(box, 'config.json'))).toMatchObject({
      root: { path: 'rootfs' },
      process: { args: ['sh'] },
    });
    expect([readdirSync(directory), readdirSync(source)]).toEqual([['box', 'source'], ['bin']]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['into a directory that is not empty', ['busybox', '.'], /^tslab: \. is not empty\n/],
    ['into a file', ['busybox', '/etc/passwd'], /\/etc\/passwd is not a directory/],
    ['into nowhere', ['busybox', '/proc/nowhere/box'], /cannot be written to \/proc\/nowhere\/box: ENOENT/],
    ['without a directory', ['busybox'], /a bundle needs a directory/],
    ['of an image that is not there', ['nothing', 'BOX'], /Unable to find image 'nothing' locally/],
    ['with a volume', ['-v', 'name:/v', 'busybox', 'BOX'], /a bundle can have no volume, as at \/v/],
    ['with a source that is not there', ['-v', '/nowhere:/v', 'busybox', 'BOX'], /does not exist: \/nowhere/],
  ])('%s is refused, and nothing is left of it', (_, words, why) => {
    const { status, stderr } = tslab(['bundle', ...words.map((word) => (word === 'BOX' ? box : word))]);
    expect([status, stderr]).toEqual([1, expect.stringMatching(why)]);
    expect(readdirSync(directory)).toEqual(['source']);
  });

  it('that is interrupted leaves nothing', async () => {
    mkdirSync(join(source, 'bin'));
    for (let i = 0; i < 5_000; i++) writeFileSync(join(source, 'bin', `${i}`), '');
    writeFileSync(join(source, 'bin/sh'), '#!', { mode: 0o755 });
    const { ended, pid } = start(['bundle', '--rootfs', source, box]);
    await until(() => readdirSync(directory).length > 1);
    process.kill(pid, 'SIGINT');
    expect((await ended).status).toBe(130);
    expect(readdirSync(directory)).toEqual(['source']);
  });
});

describe('tslab spec', () => {
  it('writes the default specification, with capabilities that every machine has, and replaces nothing', () => {
    expect(tslab(['spec', '-b', directory])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const text = readFileSync(join(directory, 'config.json'), 'utf8');
    const seccomp = builtinRules(DOCKERS_CAPABILITIES.bounding);
    expect(readSpec(text)).toEqual({ ...DEFAULT_SPEC, linux: { ...DEFAULT_SPEC.linux, seccomp } });
    const again = tslab(['spec', '--bundle', directory]);
    expect(again).toMatchObject({ status: 1, stderr: 'tslab: File config.json exists. Remove it first\n' });
    expect(readFileSync(join(directory, 'config.json'), 'utf8')).toBe(text);
  });

  it('says where it cannot write', () => {
    const { status, stderr } = tslab(['spec', '-b', join(directory, 'nowhere')]);
    expect([status, stderr]).toEqual([1, expect.stringContaining('config.json cannot be written: ENOENT')]);
  });
});

describe.skipIf(!isRoot)('tslab run --dry-run=json (skipped without root)', () => {
  it('prints the specification alone, valid, and the same when it has been read', (test) => {
    needs(test, 'the JSON schema of the OCI specification');
    const text = output('run', '--dry-run=json', ...OPTIONS, '--init', '-v', 'name:/v', 'busybox', 'true');
    const spec = readSpec(text);
    expect([readSpec(formatJson(spec)), JSON.parse(text)]).toEqual([spec, spec]);
    expect(schemaErrors(text)).toEqual([]);
    expect(spec).toMatchObject({ hostname: 'box', process: { args: ['true'] }, root: { readonly: true } });
  });

  it('is what a start writes down', () => {
    const id = output('run', '-d', '--hostname', 'box', 'busybox', 'true').trim();
    output('wait', id);
    const [written = '', planned] = [
      readFileSync(join(process.env.TSLAB_STATE as string, 'containers', id, 'config.json'), 'utf8'),
      output('run', '--dry-run=json', '--hostname', 'box', 'busybox', 'true'),
    ];
    const withoutId = (text: string) => text.replaceAll(/[0-9a-f]{64}/g, 'ID');
    expect(withoutId(written)).toBe(withoutId(planned));
    output('rm', id);
  });
});
