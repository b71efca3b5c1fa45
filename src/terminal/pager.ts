import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** A command for a shell, and what it needs in its environment. */
export interface Pager {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

// -R: colours as they are; -F: no longer text than the screen needs no pager; -X: the text stays when less ends.
const LESS = 'less -R -F -X';

/** The pager to use on a terminal: TSLAB_PAGER, else PAGER, else less. Undefined where none is wanted, or possible. */
export function choosePager(env: NodeJS.ProcessEnv): Pager | undefined {
  if (env.TERM === 'dumb') return undefined;
  const command = (env.TSLAB_PAGER ?? env.PAGER ?? LESS).trim();
  return command === '' || command === 'cat' ? undefined : { command, env: { ...env, LESS: lessOptions(env) } };
}

/** Those of the person, as git has it; but without R less would show the codes for colours. */
function lessOptions({ LESS: own }: NodeJS.ProcessEnv): string {
  if (own === undefined) return 'FRX';
  return /r/i.test(own) ? own : `${own} -R`;
}

/** Whether links pass through the pager: less hands OSC 8 on since version 566. */
export function passesHyperlinks(pager: Pager | undefined): boolean {
  return pager === undefined || lessVersion(pager) >= 566;
}

/** 0 where the pager is not less. */
export function lessVersion({ command, env }: Pager): number {
  if (!/^(\S*\/)?less( |$)/.test(command)) return 0;
  const { stdout } = spawnSync('less', ['--version'], { encoding: 'utf8', env });
  return Number(/^less (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

/** What a shell says where there is no such program, or where it cannot be run. */
const NOT_RUN = [126, 127];

/** Shows text in the pager until it is left, however early. False: the pager could not be run, and nothing was shown. */
export async function showInPager(text: string, { command, env }: Pager): Promise<boolean> {
  const child = spawn(command, {
    shell: true,
    env,
    stdio: ['pipe', 'inherit', command === LESS ? 'ignore' : 'inherit'],
  });
  // Ctrl-C is for the pager, which goes on; a pager that is left early does not read the rest.
  process.on('SIGINT', ignore);
  child.stdin?.on('error', ignore);
  child.stdin?.end(text);
  try {
    const [status] = (await once(child, 'close')) as [number | null];
    return !NOT_RUN.includes(status ?? 0);
  } catch {
    return false;
  } finally {
    process.off('SIGINT', ignore);
  }
}

function ignore(): void {}
