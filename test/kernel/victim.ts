import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { TSLAB } from './tslab.js';

/** A tslab that is to be killed or interrupted while it runs. */
export interface Victim {
  readonly pid: number;
  /** All that it has printed, at its end. */
  readonly output: Promise<string>;
  /** Its exit status; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends a signal to it alone, or to its whole process group, as a terminal does; nothing where it has ended. */
  kill(signal: NodeJS.Signals, whom?: 'group'): void;
  /** Resolves when it has printed so many lines, or has ended. */
  lines(count: number): Promise<unknown>;
  /** Resolves when it has printed this text, or has ended. */
  printed(text: string): Promise<unknown>;
}

/** Starts a lab in a process group of its own, as a terminal does. It is quick where the lab can be told to be. */
export function startVictim(lab: string, state: string): Victim {
  const words = [TSLAB, lab, '--json', ...(lab === '03-cgroups' ? ['--seconds', '0.5'] : [])];
  const env = { ...process.env, TSLAB_STATE: state };
  const child = spawn(process.execPath, words, { env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('tslab did not start');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'exit').then(([status]) => status as number | null);
  const holds = async (condition: () => boolean) => {
    while (!condition() && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), ended]);
  };
  return {
    pid,
    output: once(child, 'close').then(() => output),
    ended,
    kill: (signal, whom) => {
      if (child.exitCode === null) process.kill(whom ? -pid : pid, signal);
    },
    lines: (count) => holds(() => output.split('\n').length > count),
    printed: (text) => holds(() => output.includes(text)),
  };
}
