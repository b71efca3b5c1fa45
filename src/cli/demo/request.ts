import type { CatalogueEntry } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { checkSteps } from '../../lab/definition.js';
import type { Flags } from '../../lab/request.js';
import type { Auto } from '../../view/demo/state.js';
import type { GlobalOptions } from '../command.js';

/** Options of `tslab demo`, as the command line has them. */
export interface DemoOptions extends GlobalOptions {
  readonly skip?: readonly string[];
  readonly rootfs?: string;
  /** True: without seconds. */
  readonly auto?: string | true;
  readonly break?: readonly string[];
  readonly record?: string;
  readonly force?: true;
  readonly notes?: true;
}

/** A demo, as the command line asked for it. */
export interface DemoCall extends DemoOptions {
  readonly entry: CatalogueEntry;
  /** The lab's own options. */
  readonly flags: Flags;
}

/** Seconds a page stays: less nobody can read, and more than a day nobody waits. */
const [SHORTEST, LONGEST] = [0.1, 86_400];

type AutoCall = DemoOptions & { readonly entry: { readonly id: string } };

/** How the demo goes on by itself, if it does. Throws UserError (2) where that makes no sense. */
export function parseAuto(call: AutoCall, steps: readonly string[], leaves: boolean): Auto | undefined {
  const breaks = call.break ?? [];
  if (call.auto === undefined && breaks.length > 0) {
    throw new UserError('--break stops a demo that goes on by itself, and this one does not', 2, 'Add --auto SECONDS.');
  }
  if (call.auto === undefined) return undefined;
  checkSteps({ id: call.entry.id, steps }, breaks, '--break');
  const seconds = call.auto === true ? undefined : parseSeconds(call.auto);
  return { seconds, going: true, breaks, leaves };
}

function parseSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= SHORTEST && seconds <= LONGEST) return seconds;
  const remedy = `Give the seconds that a page stays, ${SHORTEST} to ${LONGEST}: --auto 15`;
  throw new UserError(`--auto: "${text}" is not a time to wait`, 2, remedy);
}

/** Throws UserError (2) where options ask for something that a screen cannot be. */
export function refuseOtherViews({ json, plain }: GlobalOptions): void {
  if (!json && !plain) return;
  const message = `tslab demo shows a screen, so it has no ${json ? '--json' : '--plain'}`;
  throw new UserError(message, 2, `The same lab without a screen: tslab LAB ${json ? '--json' : '--step --plain'}`);
}

/** Whether there is a screen to show something on, and somebody to press keys. */
export function isTerminal(): boolean {
  const { stdin, stdout, env } = process;
  return stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb';
}

/** Throws UserError (2) where there is not. */
export function needTerminal(what: string, remedy: string): void {
  if (isTerminal()) return;
  throw new UserError(`${what} fills a screen and waits for keys, so it needs a terminal.`, 2, remedy);
}
