import { changeDress, goBack, goOn, goTo, scrollBy } from './move.js';
import { vote } from './room/vote.js';
import { type Demo, type Extent, heldNow, pageOf } from './state.js';

type Action = (demo: Demo, extent: Extent) => Demo;

const back: Action = goBack;
const next: Action = goOn;
const leave: Action = (demo) => ({ ...demo, leaving: 'quit' });
/** Who has come from the lines gets back to them. */
const quit: Action = (demo, extent) => (demo.linesAt === undefined ? leave(demo, extent) : changeDress(demo));
const commands: Action = (demo) => (heldNow(demo) ? { ...demo, commands: true } : demo);

const blank: Action = (demo) => ({ ...demo, blank: true });

/** PageDown, PageUp, b and the full stop are what the remotes of presenters send. */
const ACTIONS: Readonly<Record<string, Action>> = {
  ...{ space: next, enter: next, right: next, pagedown: next, n: next },
  ...{ left: back, pageup: back, backspace: back, p: back },
  up: (demo, extent) => scrollBy(demo, -1, extent),
  down: (demo, extent) => scrollBy(demo, 1, extent),
  home: (demo, extent) => scrollBy(demo, Number.NEGATIVE_INFINITY, extent),
  end: (demo, extent) => scrollBy(demo, Number.POSITIVE_INFINITY, extent),
  g: (demo) => openList(demo, ''),
  o: (demo) => openList(demo, ''),
  b: blank,
  '.': blank,
  r: (demo) => ({ ...demo, leaving: 'restart' }),
  d: changeDress,
  h: (demo, extent) => ({ ...commands(demo, extent), scroll: 0 }),
  '?': (demo) => ({ ...demo, help: true, scroll: 0 }),
  q: quit,
};

/** The keys of the ordinary screen, where nothing is drawn twice: what is above is in the terminal's own scrollback. */
const AMONG_LINES: Readonly<Record<string, Action>> = {
  ...{ space: next, enter: next, right: next, pagedown: next, n: next },
  t: trace,
  d: changeDress,
  h: commands,
  '?': (demo) => ({ ...demo, help: true }),
  q: leave,
};

/** What a key does: `space`, `pagedown`, `interrupt` (Ctrl-C), or the character that it writes. */
export function pressKey(demo: Demo, key: string, extent: Extent): Demo {
  if (key === 'interrupt') return { ...demo, leaving: 'interrupt' };
  if (demo.blank) return { ...demo, blank: false };
  if (key === 'space' && demo.auto && !demo.help && demo.typed === undefined) return toggleAuto(demo, demo.auto);
  const paused = demo.auto ? { ...demo, auto: { ...demo.auto, going: false } } : demo;
  return act({ ...paused, notice: undefined }, key, extent);
}

/** With `--auto` the space bar is what it is for a film. */
function toggleAuto(demo: Demo, auto: NonNullable<Demo['auto']>): Demo {
  return { ...demo, auto: { ...auto, going: !auto.going }, notice: undefined };
}

/** The calls of the step on the page, below the page. */
function trace(demo: Demo, { lines }: Extent): Demo {
  const page = pageOf(demo);
  if (page.kind !== 'after' || demo.lab === 'running' || demo.traced.includes(page.step.id)) return demo;
  return { ...demo, traced: [...demo.traced, page.step.id], scroll: lines };
}

const NOTHING_ABOVE = { help: false, commands: false };

function act(demo: Demo, key: string, extent: Extent): Demo {
  if (demo.dress === 'lines') return actAmongLines({ ...demo, ...NOTHING_ABOVE }, key, extent);
  if (demo.help || demo.commands)
    return isScrolling(key) ? scroll(demo, key, extent) : { ...demo, ...NOTHING_ABOVE, scroll: 0 };
  if (demo.typed !== undefined) return chooseStep(demo, demo.typed, key, extent);
  const voted = vote(demo, key);
  if (voted) return voted;
  return /^\d$/.test(key) ? openList(demo, key) : (actionFor(ACTIONS, key)?.(demo, extent) ?? demo);
}

/** A letter is an answer, and goes on as the space bar does. */
function actAmongLines(demo: Demo, key: string, extent: Extent): Demo {
  const voted = vote(demo, key);
  return voted ? goOn(voted, extent) : (actionFor(AMONG_LINES, key)?.(demo, extent) ?? demo);
}

function actionFor(actions: Readonly<Record<string, Action>>, key: string): Action | undefined {
  return actions[key.length === 1 ? key.toLowerCase() : key];
}

function openList(demo: Demo, typed: string): Demo {
  return { ...demo, typed, scroll: 0 };
}

/** The list is open: digits, Enter; any other key closes it. */
function chooseStep(demo: Demo, typed: string, key: string, extent: Extent): Demo {
  if (isScrolling(key)) return scroll(demo, key, extent);
  if (/^\d$/.test(key)) return { ...demo, typed: (typed + key).slice(-2) };
  if (key === 'backspace') return { ...demo, typed: typed.slice(0, -1) };
  const closed = { ...demo, typed: undefined, scroll: 0 };
  return key === 'enter' && typed !== '' ? goTo(closed, Number(typed)) : closed;
}

function isScrolling(key: string): boolean {
  return ['up', 'down', 'home', 'end'].includes(key);
}

function scroll(demo: Demo, key: string, extent: Extent): Demo {
  return ACTIONS[key]?.(demo, extent) ?? demo;
}
