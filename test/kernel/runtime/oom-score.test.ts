import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, shell, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

const HAS_SYS_RESOURCE = (ownCapabilities().permitted >> BigInt(CAPABILITIES.indexOf('CAP_SYS_RESOURCE'))) & 1n;
const scoreOf = (pid: number | string) => readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim();

describe.skipIf(!isRoot)('--oom-score-adj (skipped without root)', () => {
  it.each([
    ['700', []],
    ['0', ['-u', 'nobody']],
    ['1000', ['-u', '1234', '-t']],
  ])('of %s with %j is the first process’s, and nobody’s else', (score, flags) => {
    const before = scoreOf('self');
    const { state } = runDetached('scored', 'exec sleep 1000', ['--oom-score-adj', score, ...flags]);
    expect(scoreOf(state.init.pid)).toBe(score);
    expect(scoreOf(state.owner.pid)).toBe(before);
  });

  it('below that of tslab takes CAP_SYS_RESOURCE, and is refused without it', () => {
    const words = [
      'run',
      '--rm',
      '-u',
      'nobody',
      '--oom-score-adj',
      '-500',
      'busybox',
      'cat',
      '/proc/self/oom_score_adj',
    ];
    const { status, stdout, stderr } = tslab(words);
    if (HAS_SYS_RESOURCE) expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '-500\n', stderr: '' });
    else
      expect({ status, stderr }).toEqual({
        status: 125,
        stderr: expect.stringMatching(/EACCES.*\n.*CAP_SYS_RESOURCE/),
      });
  });

  it('is there before the program begins, which hands it on', () => {
    const script = 'cat /proc/1/oom_score_adj; (cat /proc/self/oom_score_adj)';
    expect(output('run', '--rm', '--oom-score-adj', '321', 'busybox', 'sh', '-c', script)).toBe('321\n321\n');
  });

  it('leaves tslab itself as it was, while it waits for the program', () => {
    const own = shell(
      'tslab run --rm --oom-score-adj 321 busybox sleep 2 & sleep 1.5; cat /proc/$!/oom_score_adj; wait',
    );
    expect(own.stdout.trim()).toBe(scoreOf('self'));
  });

  it('takes nothing of what a container has otherwise: user, groups, capabilities, terminal', async () => {
    const look =
      'id; grep -E "^(Cap|Groups|NoNewPrivs|Seccomp|Sig[BIC])" /proc/self/status; ls /proc/self/fd; cut -d" " -f6,7 /proc/1/stat';
    for (const flags of [['-u', 'nobody'], [], ['--group-add', '7', '-u', '12:13']]) {
      const seen = (...more: string[]) => output('run', '--rm', ...flags, ...more, 'busybox', 'sh', '-c', look);
      expect(seen('--oom-score-adj', '5')).toBe(seen());
    }
    const { ended } = atTerminal(
      'run -it --rm -u nobody --oom-score-adj 5 busybox sh -c "tty; stat -c %u /dev/pts/0; kill -INT 0; sleep 9"',
    );
    expect((await ended).stdout).toMatch(/^\/dev\/pts\/0\r\n65534\r\n$/);
  });

  it.each([
    [['--oom-score-adj', '1001'], /Invalid value 1001, range for oom score adj is \[-1000, 1000\]/],
    [['--oom-score-adj', 'x'], /invalid argument "x" for "--oom-score-adj" flag: a whole number\n/],
    [['--oom-score-adj', '5', '--init'], /process\.oomScoreAdj with an init/],
  ])('refuses %j', (flags, reason) => {
    const { status, stderr } = tslab(['run', '--rm', ...flags, 'busybox', 'true']);
    expect({ status, stderr }).toEqual({ status: 125, stderr: expect.stringMatching(reason) });
  });
});
