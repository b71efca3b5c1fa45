import { describe, expect, it } from 'vitest';
import * as calls from '../../../src/kernel/calls/index.js';
import { CLONE_NEWTIME, CLONE_NEWUTS, O_CREAT, O_RDWR } from '../../../src/kernel/constants.js';
import * as mqueue from '../../../src/kernel/ipc/mqueue.js';
import * as v from '../../../src/kernel/ipc/system-v.js';
import { start } from '../../../src/kernel/process.js';
import { renderCall } from '../../../src/kernel/render.js';
import { inC } from '../../support/in-c.js';
import { needs } from '../../support/needs.js';

const KEY = 0x74736c62;

describe('the calls of System V IPC', () => {
  it('read as strace writes them, the result of an earlier one by its name', () => {
    const queue = v.msgget(KEY, v.IPC_CREAT | v.IPC_EXCL | 0o600);
    expect([queue, v.msgget(KEY, 0), v.semget(KEY, 1, 0o600), v.shmget(KEY, 4096, 0)].map(text)).toEqual([
      'msgget(0x74736c62, IPC_CREAT|IPC_EXCL|0600)',
      'msgget(0x74736c62, 0)',
      'semget(0x74736c62, 1, 0600)',
      'shmget(0x74736c62, 4096, 0)',
    ]);
    expect(text(v.msgsnd(queue, 1, 'hé', v.IPC_NOWAIT))).toBe('msgsnd(<result of msgget>, {1, "hé"}, 3, IPC_NOWAIT)');
    expect(text(v.msgrcv(3, Buffer.alloc(64), 0))).toBe('msgrcv(3, …, 56, 0, 0)');
    expect([v.msgctl(3, v.IPC_RMID), v.semctl(3, 0, v.IPC_RMID), v.shmctl(3, v.IPC_RMID)].map(text)).toEqual([
      'msgctl(3, IPC_RMID, NULL)',
      'semctl(3, 0, IPC_RMID)',
      'shmctl(3, IPC_RMID, NULL)',
    ]);
  });

  it('lay out a message as struct msgbuf: a long for the type, then the text', () => {
    const [, message] = v.msgsnd(0, 258, 'hi').args;
    expect(message).toMatchObject({ value: Buffer.from([2, 1, 0, 0, 0, 0, 0, 0, 0x68, 0x69]) });
    expect(v.messageText(Buffer.from([2, 1, 0, 0, 0, 0, 0, 0, 0x68, 0x69, 0, 0]))).toBe('hi');
  });

  it('have the constants of the kernel headers', (test) => {
    needs(test, 'a C compiler with the headers of libc');
    const { IPC_CREAT, IPC_EXCL, IPC_NOWAIT, IPC_RMID } = v;
    const ours = { IPC_CREAT, IPC_EXCL, IPC_NOWAIT, IPC_RMID };
    expect(ours).toEqual(inC(['linux/ipc.h'], Object.keys(ours)));
  });
});

describe('the calls of POSIX message queues', () => {
  it('read as strace writes them', () => {
    const queue = mqueue.mqOpen('q', O_RDWR | O_CREAT, 0o600);
    expect([queue, mqueue.mqOpen('q', 0), mqueue.mqUnlink('q')].map(text)).toEqual([
      'mq_open("q", O_RDWR|O_CREAT, 0600, NULL)',
      'mq_open("q", O_RDONLY, 0, NULL)',
      'mq_unlink("q")',
    ]);
    expect(text(mqueue.mqTimedsend(queue, 'hello', 2))).toBe('mq_timedsend(<result of mq_open>, "hello", 5, 2, NULL)');
    expect(text(mqueue.mqTimedreceive(4, Buffer.alloc(8192)))).toBe('mq_timedreceive(4, …, 8192, NULL, NULL)');
  });
});

describe('a time namespace for clone(2)', () => {
  const why = /clone\(2\) cannot make a time namespace: CLONE_NEWTIME \(0x80\) .+; use unshare\(CLONE_NEWTIME\)$/;

  it('is refused before a child exists: the kernel would take no notice of it', () => {
    const spec = { namespaces: CLONE_NEWUTS | CLONE_NEWTIME, calls: [calls.exitGroup(0)] };
    expect(() => start(spec)).toThrow(why);
  });

  it('is refused in a list, too', () => {
    expect(() => calls.clone(CLONE_NEWTIME)).toThrow(why);
    expect(() => calls.unshare(CLONE_NEWTIME)).not.toThrow();
  });
});

function text(call: Parameters<typeof renderCall>[0]): string {
  return renderCall(call);
}
