import { describe, expect, it } from 'vitest';
import * as calls from '../../../src/kernel/calls/index.js';
import { errnoMeaning, errnoName } from '../../../src/kernel/errors/errno.js';
import { hintFor } from '../../../src/kernel/errors/errno-hints.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import { makeRecord } from '../../../src/kernel/recorder.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

describe('the error of a call', () => {
  it('names the call with its arguments, the errno, its meaning, and what to do', () => {
    expect(failed(calls.pivotRoot('.', '.'), -22n).message).toMatch(
      /^pivot_root\("\.", "\."\) failed: EINVAL \(invalid argument\): new_root must be a mount point/,
    );
  });

  it('says no more than it knows', () => {
    expect(failed(calls.umask(0o22), -1n).message).toBe('umask(022) failed: EPERM (operation not permitted)');
  });

  it('shows a result that was too small, though no errno', () => {
    const { message, errno } = failed(calls.read(9, new Uint8Array(1)), 0n);
    expect(errno).toBe('result 0');
    expect(message).toContain('the other end of the pipe was closed');
  });

  it('keeps the record', () => {
    const error = failed(calls.getpid(), -38n);
    expect(error).toMatchObject({ errno: 'ENOSYS', record: { result: -38n, by: 'child' } });
  });
});

describe('hintFor', () => {
  it('is given where the word of the kernel misleads, for this call only', () => {
    expect(hintFor('execve', 'ENOENT')).toContain('interpreter');
    expect(hintFor('chdir', 'ENOENT')).toBeUndefined();
  });
});

describe('an errno', () => {
  it('has the name that strace uses where it has two', () => {
    expect([1, 11, 95].map(errnoName)).toEqual(['EPERM', 'EAGAIN', 'EOPNOTSUPP']);
  });

  it('without a name is shown as a number', () => {
    expect(errnoName(4000)).toBe('errno 4000');
    expect(errnoMeaning(4000)).toBe('unknown error');
  });
});

function failed(call: Syscall, result: bigint): SyscallError {
  return new SyscallError(makeRecord(call, 'child', () => result));
}
