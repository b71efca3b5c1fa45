import type { Container } from './store/store.js';

/** Whether a detached container that has ended is to be started again, after a while: by its policy, unless somebody has stopped it. */
export function awaitsRestart({ config, state }: Container): boolean {
  const { name, maximum = Number.POSITIVE_INFINITY } = config.restart;
  const { status, exitCode, restartCount, stopRequested } = state;
  const failed = status === 'exited' && exitCode !== 0;
  return config.detached && failed && name === 'on-failure' && !stopRequested && restartCount < maximum;
}
