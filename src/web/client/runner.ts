import type { Ended, Fragment, RunMessage, RunWish } from '../messages.js';
import type { Follower } from './follower.js';
import type { RunBar } from './run-bar.js';
import type { RunView } from './run-view.js';
import { requestRun, stopRun, Unreachable } from './stream.js';
import type { Words } from './words.js';

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
  #run: string | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    // The server ends the run when it sees the connection closed.
    addEventListener('pagehide', () => this.#connection?.abort());
  }

  /** Runs the lab, all of it or up to the end of a step, unless it runs already. */
  async start(runTo?: string): Promise<void> {
    if (this.#connection) return;
    this.#connection = new AbortController();
    this.#begin();
    try {
      for await (const message of requestRun(this.#wish(runTo), this.#connection.signal)) this.#show(message);
      this.#stage.bar.leave();
      if (runTo !== undefined) this.#stage.follower.show(this.#stage.view.place(runTo));
    } catch (error) {
      this.#lose(error, runTo);
    } finally {
      this.#end();
    }
  }

  /** Ends the run as Ctrl-C does: what the lab still tells is shown. */
  stop(): void {
    if (this.#run === undefined) return;
    this.#tell(this.#stage.words.stopping);
    // A server that is gone shows in the loop that follows the run.
    stopRun(this.#run).catch(() => undefined);
  }

  #begin(): void {
    const { view, follower, words } = this.#stage;
    view.clear();
    follower.start();
    this.#tell(words.starting);
    this.#mark(true);
  }

  #wish(runTo: string | undefined): RunWish {
    const { panel } = this.#stage;
    const data = new FormData(panel);
    const options = [...panel.querySelectorAll<HTMLInputElement>('input[type=text]')]
      .filter((input) => input.value !== input.defaultValue)
      .map((input) => [input.name, input.value]);
    return {
      lab: panel.dataset.lab ?? '',
      language: document.documentElement.lang.slice(0, 2),
      skip: data.getAll('skip').map(String),
      options: Object.fromEntries(options),
      ...(runTo === undefined ? {} : { runTo }),
    };
  }

  #show(message: RunMessage): void {
    const { view, words } = this.#stage;
    if (message.type === 'fragment') {
      if (message.kind === 'step') this.#enter(message.step ?? '');
      view.add(message);
      return;
    }
    if (message.type === 'waiting' || message.type === 'started') this.#run = message.run;
    this.#tell(this.#say(message, words));
    if (view.withholds) view.tell(this.#say(message, words), { label: words.showAll, act: () => view.showAll() });
  }

  #say(message: Exclude<RunMessage, Fragment>, words: Words): string {
    switch (message.type) {
      case 'waiting':
        return words.waiting(message.before);
      case 'started':
        return words.running;
      case 'refused':
        return `${this.#run ? words.broken : words.refused} ${message.message} ${message.remedy ?? ''}`;
      case 'ended':
        return this.#outcome(message);
    }
  }

  #enter(step: string): void {
    const { view, bar, follower, words } = this.#stage;
    const title = document.getElementById(`${step}-title`)?.firstChild?.textContent?.trim() ?? step;
    view.tell(`${words.running}: ${title}`);
    bar.tell(`${words.running}:`, { step, title });
    const place = document.getElementById(step) && view.place(step);
    if (place) follower.goTo(place);
  }

  #outcome({ status }: Ended): string {
    const { view, words } = this.#stage;
    const { checks, broken } = view.count();
    const counted = broken > 0 ? words.failed(broken, checks) : words.held(checks);
    const told = checks === 0 ? words.noChecks : counted;
    if (status === 'stopped') return words.stopped(told);
    return status === 'impossible' ? words.impossible : told;
  }

  #lose(error: unknown, runTo: string | undefined): void {
    const { view, bar, words } = this.#stage;
    if (this.#connection?.signal.aborted) return;
    if (!(error instanceof Unreachable)) throw error;
    const again = { label: words.again, act: () => void this.start(runTo) };
    view.tell(words[error.reason], error.reason === 'locked' ? undefined : again);
    bar.warn(words[error.reason], error.reason === 'locked' ? undefined : again);
  }

  #end(): void {
    this.#connection = undefined;
    this.#run = undefined;
    this.#mark(false);
  }

  /** What can be pressed while a run goes on, and what not. */
  #mark(isRunning: boolean): void {
    document.documentElement.toggleAttribute('data-running', isRunning);
    for (const one of document.querySelectorAll<HTMLButtonElement>('[data-run-to], .run-lab [type=submit]'))
      one.disabled = isRunning;
    for (const one of document.querySelectorAll<HTMLButtonElement>('[data-stop]')) one.disabled = !isRunning;
  }

  #tell(text: string): void {
    this.#stage.view.tell(text);
    this.#stage.bar.tell(text);
  }
}
