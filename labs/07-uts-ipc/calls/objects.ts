import {
  IPC_CREAT,
  IPC_NOWAIT,
  IPC_RMID,
  msgctl,
  msgget,
  msgrcv,
  msgsnd,
  semctl,
  semget,
  shmctl,
  shmget,
} from '../../../src/kernel/ipc/system-v.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';

/** The bytes of `tslb`. A key is all that two programs need to agree on (sysvipc(7)). */
export const KEY = 0x74736c62;
const OURS = IPC_CREAT | 0o600;

// #region create
/** One object of each kind under the same key, and a message in the queue. */
export function createObjects(message: string): Syscall[] {
  const queue = msgget(KEY, OURS);
  return [queue, msgsnd(queue, 1, message), semget(KEY, 1, OURS), shmget(KEY, 4096, OURS)];
}
// #endregion

// #region take
/** Takes the first message of the queue with that key, where the caller's IPC namespace has one. */
export function takeMessage(into: Uint8Array): Syscall[] {
  const queue = mayFail(msgget(KEY, 0));
  return [queue, mayFail(msgrcv(queue, into, 0, IPC_NOWAIT))];
}

/** Removes all three: the owner of an object may, from wherever it sees it. */
export function removeObjects(): Syscall[] {
  const [queue, semaphore, segment] = [msgget(KEY, 0), semget(KEY, 0, 0), shmget(KEY, 0, 0)];
  const remove = [msgctl(queue, IPC_RMID), semctl(semaphore, 0, IPC_RMID), shmctl(segment, IPC_RMID)];
  return [queue, semaphore, segment, ...remove];
}
// #endregion
