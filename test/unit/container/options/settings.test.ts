import { describe, expect, it } from 'vitest';
import { parseSysctls } from '../../../../src/docker/options/settings/sysctl.js';
import { parseUlimits } from '../../../../src/docker/options/settings/ulimit.js';
import { UserError } from '../../../../src/kernel/errors/user-error.js';

describe('--ulimit', () => {
  it.each([
    ['nofile=1024', { name: 'nofile', soft: 1024, hard: 1024 }],
    ['core=0:-1', { name: 'core', soft: 0, hard: -1 }],
    ['nproc=-1', { name: 'nproc', soft: -1, hard: -1 }],
  ])('%s', (word, limit) => {
    expect(parseUlimits([word])).toEqual([limit]);
  });

  it('counts the later of two', () => {
    expect(parseUlimits(['cpu=1', 'core=2', 'cpu=3'])).toEqual([
      { name: 'cpu', soft: 3, hard: 3 },
      { name: 'core', soft: 2, hard: 2 },
    ]);
  });

  it.each([
    ['nofile', 'invalid ulimit argument: nofile'],
    ['nofiles=1', 'invalid ulimit type: nofiles'],
    ['nofile=', 'invalid ulimit argument: nofile=: "" is no whole number'],
    ['nofile=1k', '"1k" is no whole number'],
    ['nofile=1:2:3', 'too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`'],
    ['nofile=3:2', 'ulimit soft limit must be less than or equal to hard limit: 3 > 2'],
    ['nofile=-1:2', 'soft: -1 (unlimited), hard: 2'],
  ])('%s is refused', (word, message) => {
    expect(() => parseUlimits([word])).toThrow(UserError);
    expect(() => parseUlimits([word])).toThrow(message);
  });
});

describe('--sysctl', () => {
  const own = { network: 'bridge' };

  it('takes what namespaces have for themselves', () => {
    expect(parseSysctls(['net.ipv4.ip_forward=1', 'kernel.sem=1 2 3 4', 'fs.mqueue.msg_max=7'], own)).toEqual({
      'net.ipv4.ip_forward': '1',
      'kernel.sem': '1 2 3 4',
      'fs.mqueue.msg_max': '7',
    });
    expect(parseSysctls(['net.core.somaxconn=1=2'], own)).toEqual({ 'net.core.somaxconn': '1=2' });
  });

  it.each(['kernel.core_pattern=x', 'vm.swappiness=1', 'net.core.somaxconn', 'kernel.semx=1', 'fs.mqueuex=1', '=1'])(
    '%j is refused: it is the whole machine’s, or says nothing',
    (word) => {
      expect(() => parseSysctls([word], own)).toThrow(`sysctl '${word}' is not allowed`);
    },
  );

  it('is refused in a namespace of the host', () => {
    expect(() => parseSysctls(['net.core.somaxconn=1'], { network: 'host' })).toThrow("the host's network namespace");
    expect(() => parseSysctls(['kernel.sem=1'], { network: 'none', ipc: 'host' })).toThrow("the host's IPC namespace");
    expect(parseSysctls(['kernel.sem=1'], { network: 'host' })).toEqual({ 'kernel.sem': '1' });
  });
});
