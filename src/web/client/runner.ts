import type { Words } from '../../view/words/client.js';
import type { Ended, Fragment, RunMessage } from '../messages.js';
import type { Follower } from './follower.js';
import type { RunBar } from './run-bar.js';
import { type Goal, readRunRequest } from './run-request.js';
import type { RunView } from './run-view.js';
import { titleOf } from './sections.js';
import { requestRun, stopRun, Unreachable } from './stream.js';

/** What a run is shown by. */
export interface Stage {
  readonly panel: HTMLFormElement;
  readonly view: RunView;
  readonly bar: RunBar;
  readonly follower: Follower;
  readonly words: Words;
}

/** Runs the lab of the page: one run at a time. */
export class Runner {
  readonly #stage: Stage;
  #connection: AbortController | undefined;
  /** The name that the server has given to the run. */
  #run: string | undefined;
  /** What the run is to come to by itself; nothing more after the reader has stopped it. */
  #goal: Goal | undefined;
  /** What is being done, in words. */
  #doing = '';

  constructor(stage: Stage) {
    this.#stage = stage;
    // The server ends the run when it sees the connection closed.
    addEventListener('pagehide', () => this.#connection?.abort());
  }

  /** Runs the lab, all of it or for a step, unless it runs already. */
  async start(goal?: Goal): Promise<void> {
    if (this.#connection) return;
    this.#connection = new AbortController();
    const request = readRunRequest(this.#stage.panel, goal);
    this.#begin(goal);
    try {
      for await (const message of requestRun(request, this.#connection.signal)) this.#show(message);
      this.#stage.bar.leave();
      this.#stage.follower.show(this.#result);
    } catch (error) {
      this.#lose(error, goal);
    } finally {
      this.#end();
    }
  }

  /** Ends the run as Ctrl-C does: what the lab still tells is shown. */
  stop(): void {
    if (this.#run === undefined) return;
    this.#goal = undefined;
    this.#tell(this.#stage.words.stopping);
    // A server that is gone shows in the loop that follows the run.
    stopRun(this.#run).catch(() => undefined);
  }

  /** What the reader has waited for: what the step tells, or the verdict on the whole lab. */
  get #result(): Element {
    const { view, panel } = this.#stage;
    return this.#goal ? view.target(this.#goal.step) : panel;
  }

  #begin(goal: Goal | undefined): void {
    const { view, follower, words } = this.#stage;
    this.#goal = goal;
    view.clear();
    follower.start();
    this.#tell(words.starting);
    markRunning(true);
  }

  #show(message: RunMessage): void {
    const { view, words } = this.#stage;
    if (message.type === 'fragment') {
      if (message.kind === 'step') this.#enter(message.step ?? '');
      view.add(message);
      return;
    }
    if (message.type === 'waiting' || message.type === 'started') this.#run = message.run;
    const text = this.#say(message, words);
    if (message.type === 'refused') this.#warn(text);
    else this.#tell(text);
    if (view.withholds) view.tell(text, { label: words.showAll, act: () => view.showAll() });
  }

  #enter(step: string): void {
    const { view, bar, follower } = this.#stage;
    const title = titleOf(step);
    view.tell(`${this.#doing}: ${title}`);
    bar.tell(`${this.#doing}:`, { step, title });
    follower.goTo(() => view.target(step));
  }

  #say(message: Exclude<RunMessage, Fragment>, words: Words): string {
    switch (message.type) {
      case 'waiting':
        return words.waiting(message.before);
      case 'started':
        this.#doing = words[message.side === undefined ? 'running' : DOING[message.side]];
        return this.#doing;
      case 'refused':
        return `${this.#run ? words.broken : words.refused} ${message.message} ${message.remedy ?? ''}`;
      case 'ended':
        return this.#outcome(message);
    }
  }

  #outcome({ status }: Ended): string {
    const { view, words } = this.#stage;
    const { checks, broken } = view.count();
    const counted = broken > 0 ? words.failed(broken, checks) : words.held(checks);
    const told = checks === 0 ? words.noChecks : counted;
    if (status === 'impossible') return words.impossible;
    if (this.#goal?.compare) return words.compared(view.outcome);
    if (status !== 'stopped') return told;
    return this.#goal ? words.upTo(titleOf(this.#goal.step), told) : words.stopped(told);
  }

  #lose(error: unknown, goal: Goal | undefined): void {
    const { words } = this.#stage;
    if (this.#connection?.signal.aborted) return;
    if (!(error instanceof Unreachable)) throw error;
    const again = { label: words.again, act: () => void this.start(goal) };
    this.#warn(words[error.reason], error.reason === 'locked' ? undefined : again);
  }

  #end(): void {
    this.#stage.follower.stop();
    this.#connection = undefined;
    this.#run = undefined;
    markRunning(false);
  }

  #warn(text: string, act?: { label: string; act: () => void }): void {
    this.#stage.view.warn(text, act);
    this.#stage.bar.warn(text, act);
  }

  #tell(text: string): void {
    this.#stage.view.tell(text);
    this.#stage.bar.tell(text);
  }
}

const DOING = { with: 'runningWith', without: 'runningWithout' } as const;

/** What can be pressed while a run goes on, and what not. A button that starts runs keeps the focus, so it is not `disabled`. */
function markRunning(isRunning: boolean): void {
  document.documentElement.toggleAttribute('data-running', isRunning);
  for (const one of document.querySelectorAll('[data-run-to], [data-run-without], .run-lab [type=submit]'))
    one.setAttribute('aria-disabled', String(isRunning));
  for (const one of document.querySelectorAll<HTMLButtonElement>('[data-stop]')) {
    if (!isRunning && one === document.activeElement) one.form?.querySelector<HTMLElement>('[type=submit]')?.focus();
    one.disabled = !isRunning;
  }
}
