import { letter } from '../run/sentences.js';
import type { Layout } from './layout.js';
import { type Demo, heldNow, isAboutToRun, lastPage, type Page } from './state.js';

/** A key, and what it does; a hint without a key is a sentence. */
export type Hint = readonly [key: string, meaning: string];

/** What the keys do now, the most useful first; `below` is how many lines of the page are below the screen. */
export function hintsOf(demo: Demo, page: Page, below: number, { words, stage, screen }: Layout): Hint[] {
  const { keys } = words;
  const { comma } = screen.words;
  if (demo.leaving) return [];
  if (demo.help || demo.commands) return [['', words.close]];
  if (demo.typed !== undefined)
    return [[`${demo.typed || ' '}_`, `1-${demo.script.steps.length}${comma}${keys.enter}`]];
  const back: Hint = [stage.unicode ? '←' : 'p', keys.back];
  const others: Hint[] = [back, ['g', keys.goTo], ['?', keys.help]];
  if (page.kind === 'end' && below <= 0 && !demo.goesOn) return [['q', keys.quit], ['r', keys.again], ...others];
  return [...onward(demo, below, keys), ...vote(page, keys), ...visits(demo, keys), ...others, ['q', keys.quit]];
}

type Keys = Layout['words']['keys'];

/** None while the step on the screen is still running. */
function onward(demo: Demo, below: number, keys: Keys): Hint[] {
  const key = demo.auto ? keys.enter : keys.space;
  if (below > 0) return [[key, keys.more]];
  if (isAboutToRun(demo)) return [[key, keys.run]];
  const isLast = demo.page >= lastPage(demo) && demo.lab !== 'holding';
  if (isLast && !(demo.goesOn && demo.lab === 'over')) return [];
  return [[key, demo.page === 0 && demo.lab !== 'over' ? keys.begin : keys.next]];
}

function vote(page: Page, keys: Keys): Hint[] {
  const choices = page.kind === 'before' ? (page.step.predict?.choices.length ?? 0) : 0;
  if (choices === 0) return [];
  return [[`a-${letter(choices - 1)}`, keys.vote]];
}

/** While there is something to look at. */
function visits(demo: Demo, keys: Keys): Hint[] {
  const isAlive = (heldNow(demo)?.processes.length ?? 0) > 0;
  return isAlive
    ? [
        ['s', keys.shell],
        ['h', keys.commands],
      ]
    : [];
}
