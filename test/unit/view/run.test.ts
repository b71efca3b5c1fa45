import { describe, expect, it } from 'vitest';
import { renderPlan } from '../../../src/docker/output/plan.js';
import { renderTrace } from '../../../src/docker/output/trace.js';
import type { SyscallMade } from '../../../src/lab/events.js';
import type { Spec } from '../../../src/oci/spec.js';

const made = (by: SyscallMade['by'], name: string, rest: Partial<SyscallMade> = {}): SyscallMade => ({
  type: 'syscall',
  step: 'run',
  by,
  name,
  args: [],
  text: `${name}()`,
  ...rest,
});

describe('a trace', () => {
  it('says who called what, and what the kernel said', () => {
    const calls = [made('tslab', 'clone', { result: 42 }), made('child', 'mount', { result: -1, errno: 'EPERM' })];
    expect(renderTrace(calls)).toBe('tslab  clone() = 42\nchild  mount() = -1 EPERM (operation not permitted)\n');
  });

  it('has nothing behind a call that did not return', () => {
    expect(renderTrace([made('child', 'execve')])).toBe('child  execve()\n');
  });

  it('counts what only tidies up, of one process at a time, and never what failed', () => {
    const tidy = (by: SyscallMade['by'], name: string) => made(by, name, { result: 0, housekeeping: true });
    const failed = made('child', 'prctl', { result: -22, errno: 'EINVAL', housekeeping: true });
    expect(renderTrace([tidy('tslab', 'pipe2'), tidy('child', 'dup3'), tidy('child', 'dup3'), failed])).toBe(
      [
        'tslab  … 1 call of housekeeping: pipe2',
        'child  … 2 calls of housekeeping: dup3',
        'child  prctl() = -1 EINVAL (invalid argument)',
        '',
      ].join('\n'),
    );
  });
});

describe('a plan', () => {
  it('has what is to be, and then the calls under the piece and the lab that they come from', () => {
    const parts = [
      { step: 'pivot', lab: '02-rootfs', lines: ['pivot_root(".", ".")'] },
      { step: 'program', lab: '12-runtime', lines: ['execve()'] },
    ];
    expect(renderPlan({ hostname: 'b\u009box' } as Spec, parts)).toBe(
      '# config.json (what is to be, in the words of OCI)\n{ "hostname": "b\\x9box" }\n\n' +
        '# pivot (lab 02-rootfs)\npivot_root(".", ".")\n\n# program (lab 12-runtime)\nexecve()\n',
    );
  });
});
