import { isAlive } from '../procfs/processes.js';
import type { ContainerState, ProcessName } from './record.js';

/** It has ended, and whoever was to write that down is gone too: SIGKILL, a reboot. */
export function endedUnseen(state: ContainerState): boolean {
  return hasEnded(state) && !lives(state.owner);
}

/** Its first process is gone, and that is not written down: it may be so at any moment. */
export function hasEnded({ status, init }: ContainerState): boolean {
  return (status === 'running' || status === 'paused') && !lives(init);
}

/**
 * The command that made it was killed before it had started it, and nobody has its id. One that could not be started says
 * why, and stays for the person who was told so.
 */
export function neverStarted({ status, error, owner }: ContainerState): boolean {
  return status === 'created' && error === '' && !lives(owner);
}

/** It has ended, and no `restart` is about to start it again: so one with `--rm` goes. */
export function endedForGood({ status, restarting }: ContainerState): boolean {
  return status === 'exited' && !(restarting && lives(restarting));
}

function lives({ pid, startTime }: ProcessName): boolean {
  return pid !== 0 && isAlive(pid, startTime);
}
