import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Change, diffSnapshots, type Snapshot, takeSnapshot } from '../../src/procfs/snapshot.js';

/** The built program, as a person runs it. */
export const TSLAB = fileURLToPath(new URL('../../dist/bin/tslab.cjs', import.meta.url));

/** Milliseconds: a run that waits for something that never comes fails its test, and does not stop all others behind it. */
const LONGEST_RUN = 180_000;

/** The program, run to its end. */
export function tslab(
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
  stdio: SpawnSyncOptions['stdio'] = 'pipe',
) {
  const limit = { timeout: LONGEST_RUN, killSignal: 'SIGKILL' } as const;
  const options = { encoding: 'utf8', env: { ...bareEnvironment(), ...env }, stdio, ...limit } as const;
  return spawnSync(process.execPath, [TSLAB, ...words], options);
}

/** A command for bash, in which `tslab` is the program. */
export function shell(command: string) {
  const define = `tslab() { '${process.execPath}' '${TSLAB}' "$@"; }`;
  const options = { encoding: 'utf8', env: bareEnvironment(), timeout: LONGEST_RUN, killSignal: 'SIGKILL' } as const;
  return spawnSync('bash', ['-c', `${define}\n${command}`], options);
}

/** The program while it runs. */
export function start(words: readonly string[]) {
  return watch(spawn(process.execPath, [TSLAB, ...words], { env: bareEnvironment() }));
}

/**
 * The program at a terminal of its own, which script(1) makes. `words` are for a shell; it catches Ctrl-C, which goes to all at the
 * terminal: dash would end there, and not come to what follows the program.
 */
export function atTerminal(words: string, columns = 80, env: NodeJS.ProcessEnv = {}) {
  const command = `trap : INT; stty rows 24 cols ${columns}; '${process.execPath}' '${TSLAB}' ${words}`;
  return watch(spawn('script', ['-qec', command, '/dev/null'], { env: { ...bareEnvironment(), ...env } }));
}

/**
 * No variable of the test run colours the program or chooses its language; where there is CI, chalk has no colours. The shell of
 * script(1) is the same for all who run the tests.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { CI, NO_COLOR, FORCE_COLOR, TSLAB_LANG, LC_ALL, ...rest } = process.env;
  return { ...rest, LANG: 'C.UTF-8', TERM: 'xterm', SHELL: '/bin/sh' };
}

function watch(child: ReturnType<typeof spawn>) {
  let stdout = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<{ status: number | null; stdout: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout }));
  });
  return {
    ended,
    pid: child.pid as number,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    type: (keys: string) => child.stdin?.write(keys),
    /** Resolves when the output has the text so many times; the output so far. */
    seen: (text: string, times = 1) =>
      new Promise<string>((resolve) => {
        const look = () => stdout.split(text).length > times && resolve(stdout);
        waiting.add(look);
        look();
      }),
  };
}

/** Each line of the text, parsed. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** What has appeared since and belongs to nobody: processes and the cgroups of another tslab come and go. */
export function leftSince(before: Snapshot): Change[] {
  const appeared = diffSnapshots(before, takeSnapshot()).filter(({ kind }) => kind === 'appeared');
  return appeared.filter(({ what, name }) => what !== 'process' && (what !== 'cgroup' || isAbandoned(name)));
}

/** Our cgroups end in the pid of their owner. */
function isAbandoned(cgroup: string): boolean {
  const pid = /-(\d+)$/.exec(cgroup)?.[1];
  return pid !== undefined && !existsSync(`/proc/${pid}`);
}
