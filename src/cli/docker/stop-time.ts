import type { Command } from 'commander';
import { invalid } from '../../docker/options/refuse.js';

/** `-t`: how long `stop` and `restart` wait, in seconds. */
export function addStopTime(command: Command): Command {
  return command.option('-t, --time <seconds>', 'wait so long before the SIGKILL; -1: for ever', parseSeconds, 10);
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (/^(-1|\d+)$/.test(value) && Number.isSafeInteger(seconds)) return seconds;
  throw invalid('-t, --time', value, 'whole seconds, or -1');
}
