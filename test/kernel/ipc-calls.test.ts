import { beforeEach, describe, expect, it } from 'vitest';
import { exitGroup } from '../../src/kernel/calls/index.js';
import { CLONE_NEWIPC, O_CREAT, O_NONBLOCK, O_RDWR } from '../../src/kernel/constants.js';
import { mqOpen, mqTimedreceive, mqTimedsend, mqUnlink } from '../../src/kernel/ipc/mqueue.js';
import {
  IPC_CREAT,
  IPC_EXCL,
  IPC_NOWAIT,
  IPC_RMID,
  messageText,
  msgctl,
  msgget,
  msgrcv,
  msgsnd,
} from '../../src/kernel/ipc/system-v.js';
import { start } from '../../src/kernel/process.js';
import { renderCall } from '../../src/kernel/render.js';
import { mayFail, type Syscall } from '../../src/kernel/syscall.js';
import { needs } from '../support/needs.js';

const KEY = 0x74736c62;

describe('a queue in an IPC namespace of its own', () => {
  beforeEach((test) => needs(test, 'root'));

  it('gives back the message of System V that was put into it, and the first of a type', () => {
    const [second, first] = [Buffer.alloc(64), Buffer.alloc(64)];
    const queue = msgget(KEY, IPC_CREAT | IPC_EXCL | 0o600);
    const send = [msgsnd(queue, 1, 'one'), msgsnd(queue, 2, 'two')];
    expect(results([queue, ...send, msgrcv(queue, second, 2), msgrcv(queue, first, 0)])).toEqual([0, 0, 0, 3, 3]);
    expect([second, first].map(messageText)).toEqual(['two', 'one']);
    expect(renderCall(msgrcv(0, second, 2), () => 3n)).toBe('msgrcv(0, {2, "two"}, 56, 2, 0)');
  });

  it('is gone after IPC_RMID, and empty before that without a message', () => {
    const queue = msgget(KEY, IPC_CREAT | 0o600);
    const empty = mayFail(msgrcv(queue, Buffer.alloc(64), 0, IPC_NOWAIT));
    const calls = [queue, empty, msgctl(queue, IPC_RMID), mayFail(msgget(KEY, 0))];
    expect(results(calls)).toEqual([0, -42, 0, -2]); // ENOMSG, ENOENT
  });

  it('gives back the POSIX message with the highest priority, and its name is gone after mq_unlink', () => {
    const [first, second] = [Buffer.alloc(8192), Buffer.alloc(8192)];
    const queue = mqOpen('q', O_CREAT | O_RDWR | O_NONBLOCK, 0o600);
    const calls = [
      ...[queue, mqTimedsend(queue, 'low', 1), mqTimedsend(queue, 'high', 9), mqUnlink('q')],
      ...[mqTimedreceive(queue, first), mqTimedreceive(queue, second), mayFail(mqOpen('q', O_RDWR))],
    ];
    expect(results(calls).slice(1)).toEqual([0, 0, 0, 4, 3, -2]);
    expect([first, second].map((into) => into.toString().replace(/\0+$/, ''))).toEqual(['high', 'low']);
  });

  it('has no name with a slash: that is for mq_open(3)', () => {
    expect(results([mayFail(mqOpen('/q', O_CREAT | O_RDWR, 0o600))])).toEqual([-13]); // EACCES
  });
});

/** What the kernel said to each call of a list in a new IPC namespace. */
function results(calls: readonly Syscall[]): number[] {
  const child = start({ namespaces: CLONE_NEWIPC, calls: [...calls, exitGroup(0)] });
  const made = new Map(child.trace().map(({ call, result }) => [call, Number(result)]));
  return calls.map((call) => made.get(call) ?? Number.NaN);
}
