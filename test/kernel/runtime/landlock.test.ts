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
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadFilter } from '../../../labs/10-security/calls/filter.js';
import { execve } from '../../../src/kernel/calls/index.js';
import { start } from '../../../src/kernel/process.js';
import { programFor } from '../../../src/seccomp/program.js';
import { needs } from '../../support/needs.js';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { bareEnvironment, TSLAB, tslab } from '../tslab.js';

useOwnState();
removeBehindEach();
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-landlock-'));
  for (const name of ['open', 'closed']) mkdirSync(join(directory, name));
  writeFileSync(join(directory, 'closed/kept'), 'as it was');
  for (const name of ['', 'open', 'closed']) chmodSync(join(directory, name), 0o777);
});
afterAll(() => rmSync(directory, { recursive: true }));

const volumes = () => ['-v', `${directory}/open:/open`, '-v', `${directory}/closed:/closed`];
const ONLY_OPEN = ['--security-opt', 'landlock=rw:/open'];
/** All ways to change a file or a directory. */
const CHANGES = `cd /closed; echo x > kept; echo x > new; mkdir d; rm -f kept; mv kept other; ln kept link; ln -s a b; mkfifo f; mv kept /open/`;

describe('--security-opt landlock=rw:DIRECTORY', () => {
  beforeEach((test) => needs(test, 'Landlock'));

  it.each(
    [[], ['-u', '1000'], ['--userns', 'auto'], ['--privileged'], ['--security-opt', 'no-new-privileges']].map(
      (options) => [options],
    ),
  )('refuses what is written elsewhere, and leaves that as it was: %j', (options) => {
    const script = `touch /open/${options.join('')} && echo nothing > /dev/null && (${CHANGES})`;
    const { stderr } = tslab(['run', '--rm', ...volumes(), ...ONLY_OPEN, ...options, 'busybox', 'sh', '-c', script]);
    expect(stderr.match(/denied|not permitted|cross-device/gi)?.length, stderr).toBeGreaterThanOrEqual(8);
    expect(readdirSync(`${directory}/closed`)).toEqual(['kept']);
    expect(readFileSync(`${directory}/closed/kept`, 'utf8')).toBe('as it was');
  });

  it('lets everything be read, and run', () => {
    const words = ['run', '--rm', ...volumes(), ...ONLY_OPEN, 'busybox', 'cat', '/closed/kept', '/etc/hostname'];
    expect(tslab(words)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^as it was./) });
  });

  it('is not there with --skip=landlock', () => {
    const script = 'echo x > /root/new && cat /root/new';
    const words = [
      'run',
      '--rm',
      ...ONLY_OPEN,
      '-v',
      `${directory}/open:/open`,
      '--skip=landlock',
      'busybox',
      'sh',
      '-c',
      script,
    ];
    expect(tslab(words)).toMatchObject({ status: 0, stdout: 'x\n' });
  });

  it('holds for exec, and refuses mounts to whoever has CAP_SYS_ADMIN', () => {
    runDetached('box', 'sleep 100', [...volumes(), ...ONLY_OPEN, '--privileged']);
    const exec = (script: string) => tslab(['exec', '--privileged', 'box', 'sh', '-c', script]);
    expect(exec('echo x > /closed/new')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/Permission denied/),
    });
    expect(exec('mount -t tmpfs none /mnt')).toMatchObject({ stderr: expect.stringMatching(/not permitted|denied/) });
    expect(exec('echo x > /open/by-exec')).toMatchObject({ status: 0 });
    expect(readdirSync(`${directory}/closed`)).toEqual(['kept']);
    expect(existsSync(`${directory}/open/by-exec`)).toBe(true);
  });

  it('adds to another of its kind, and is kept', () => {
    const both = ['--security-opt', 'landlock=rw:/tmp:/root', '--security-opt', 'landlock=rw:/mnt'];
    const script = 'touch /tmp/a /root/a /mnt/a && ! touch /etc/a';
    const words = ['run', '--name', 'kept', ...both, 'busybox', 'sh', '-c', script];
    expect(tslab(words).status).toBe(0);
    expect(output('inspect', '--format', '{{json .HostConfig.SecurityOpt}}', 'kept')).toBe(
      '["landlock=rw:/tmp:/root","landlock=rw:/mnt"]\n',
    );
  });

  it.each([
    ['rw:/nowhere', 125, /--security-opt landlock: .*"\/nowhere".*ENOENT/],
    ['rw:/etc/passwd', 125, /ENOTDIR[\s\S]*a file is none/],
    ['rw:/proc/self/fd/0', 125, /ELOOP|ENOTDIR|ENOENT/],
  ])('says what is wrong with %s', (value, status, stderr) => {
    const words = ['run', '--rm', '--security-opt', `landlock=${value}`, 'busybox', 'true'];
    expect(tslab(words)).toMatchObject({ status, stderr: expect.stringMatching(stderr) });
  });

  it('says so where the kernel has none: Linux before 5.13, or one that was booted without', async () => {
    for (const [errno, name] of [
      [38, 'ENOSYS'],
      [95, 'EOPNOTSUPP'],
    ] as const) {
      const rule = { names: ['landlock_create_ruleset'], action: 'SCMP_ACT_ERRNO' as const, errnoRet: errno };
      const filter = loadFilter(programFor({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule] }));
      const words = [process.execPath, TSLAB, 'create', ...ONLY_OPEN, 'busybox', 'true'];
      const env = Object.entries(bareEnvironment()).map(([key, value]) => `${key}=${value}`);
      const child = start({
        calls: [...filter, execve(process.execPath, words, env)],
        stdio: ['null', 'null', 'pipe'],
      });
      let stderr = '';
      child.stderr?.on('data', (chunk) => {
        stderr += chunk;
      });
      expect(await child.exited).toMatchObject({ status: 1 });
      expect(stderr).toMatch(new RegExp(`no Landlock \\(landlock_create_ruleset: ${name}\\)\\n.*Linux 5\\.13`));
    }
  });
});

describe('tslab why', () => {
  beforeEach((test) => {
    needs(test, 'Landlock');
    needs(test, 'tracepoints of capabilities');
  });

  it('names Landlock, and the option that lets the same command through', () => {
    const why = (...options: string[]) => {
      const { stdout } = tslab([
        'why',
        '--json',
        ...ONLY_OPEN,
        ...volumes(),
        ...options,
        'busybox',
        'touch',
        '/root/x',
      ]);
      return JSON.parse(stdout);
    };
    const [verdict] = why().verdicts;
    expect(verdict).toMatchObject({ layer: 'landlock', errno: 'EACCES', call: expect.stringContaining('/root/x') });
    const [option = '', value = ''] = verdict.remedies[0].split(' ');
    expect(why(option, value)).toMatchObject({ exitCode: 0, verdicts: [] });
  });
});
