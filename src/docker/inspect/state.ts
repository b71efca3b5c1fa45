import type { Health } from '../../container/health/health.js';
import { healthOf } from '../../container/health/health-file.js';
import { awaitsRestart, isPaused, isRunning } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import { stateOf } from '../output/ps.js';

/** Go's zero time, which Docker shows for what has not happened. */
const NEVER = '0001-01-01T00:00:00Z';

/** `State` of `inspect`. One that is about to be restarted counts as running (moby, daemon/container/state.go). */
export function inspectedState(container: Container) {
  const { state } = container;
  const health = healthOf(container);
  return {
    Status: stateOf(container),
    Running: isRunning(state) || awaitsRestart(container),
    Paused: isPaused(state),
    Restarting: awaitsRestart(container),
    OOMKilled: state.oomKilled,
    Dead: false,
    Pid: state.init.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: state.startedAt || NEVER,
    FinishedAt: state.finishedAt || NEVER,
    Health: health && inspectedHealth(health),
  };
}

function inspectedHealth({ status, failingStreak, log }: Health) {
  const Log = log.map(({ start, end, exitCode, output }) => ({
    Start: start,
    End: end,
    ExitCode: exitCode,
    Output: output,
  }));
  return { Status: status, FailingStreak: failingStreak, Log };
}
