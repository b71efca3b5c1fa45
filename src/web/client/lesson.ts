import { type Words, wordsIn } from '../../view/words/client.js';
import { markContents, noteWhenRead } from './contents.js';
import { button } from './element.js';
import { Follower } from './follower.js';
import { createHelp } from './help.js';
import { type Key, Keys } from './keys.js';
import { followFacts } from './live-facts.js';
import { Question } from './question.js';
import { addCopyButtons } from './reading/copy.js';
import { SearchDialog } from './reading/search-dialog.js';
import { TermTips } from './reading/terms.js';
import { RunBar } from './run-bar.js';
import type { Goal } from './run-request.js';
import { RunView } from './run-view.js';
import { Runner } from './runner.js';
import { goToSection, stepBeingRead } from './sections.js';
import { bindTheme, restoreTheme, toggleTheme } from './theme.js';
import { takeToken } from './token.js';

/** The script of every page: it runs when the page has been read, before it is shown. */
function main(): void {
  takeToken();
  // What needs the script is shown (style/base.css).
  document.documentElement.dataset.script = '';
  restoreTheme();
  const words = wordsIn(document.documentElement.lang);
  bindTheme();
  const questions = askQuestions(words);
  const panel = document.querySelector<HTMLFormElement>('form.run-lab');
  const runner = panel ? prepareRuns(panel, questions, words) : undefined;
  addKeys(runner, words);
  addCopyButtons(document, words);
  new TermTips();
  markContents();
  followFacts();
  // Not in a site of files, where nobody is told.
  if (isLive()) noteWhenRead(document.documentElement.dataset.lesson ?? '');
}

function isLive(): boolean {
  return document.documentElement.dataset.run === 'live';
}

function askQuestions(words: Words): Question[] {
  const forms = document.querySelectorAll<HTMLFormElement>('form.predict');
  return [...forms].map((form) => new Question(form, isLive(), words));
}

function prepareRuns(panel: HTMLFormElement, questions: readonly Question[], words: Words): Runner {
  const stop = panel.querySelector<HTMLButtonElement>('[data-stop]')?.cloneNode(true) as HTMLButtonElement;
  const bar = new RunBar(panel, stop);
  const runner = new Runner({
    panel,
    view: new RunView(panel, questions, words),
    bar,
    follower: new Follower(),
    words,
  });
  panel.addEventListener('submit', (event) => {
    event.preventDefault();
    void runner.start();
  });
  for (const one of document.querySelectorAll<HTMLElement>('[data-run-to]'))
    one.addEventListener('click', () => runner.start({ step: one.dataset.runTo ?? '' }));
  for (const one of document.querySelectorAll<HTMLElement>('[data-run-without]'))
    one.addEventListener('click', () => runner.start({ step: one.dataset.runWithout ?? '', compare: true }));
  for (const one of document.querySelectorAll('[data-stop]')) one.addEventListener('click', () => runner.stop());
  return runner;
}

function addKeys(runner: Runner | undefined, words: Words): void {
  const search = new SearchDialog(words);
  const keys: Key[] = [
    ...(document.querySelector('main > section') ? keysOfSections(words) : []),
    ...(runner ? keysOfRuns(runner, words) : []),
    { keys: ['/'], does: words.keySearch, act: () => search.open() },
    { keys: ['t'], does: words.keyTheme, act: toggleTheme },
  ];
  const showHelp = () => help.showModal();
  const help = createHelp(new Keys([...keys, { keys: ['?'], does: words.keyHelp, act: showHelp }]), words);
  document.querySelector('header.site')?.append(
    button(words.search, () => search.open()),
    button(words.keys, showHelp),
  );
}

function keysOfSections(words: Words): Key[] {
  return [
    { keys: ['n', 'j'], does: words.keyNext, act: () => goToSection(1) },
    { keys: ['p', 'k'], does: words.keyPrevious, act: () => goToSection(-1) },
  ];
}

function keysOfRuns(runner: Runner, words: Words): Key[] {
  return [
    { keys: ['r'], does: words.keyRun, act: () => void runner.start(goalHere()) },
    { keys: ['s'], does: words.keyStop, act: () => runner.stop() },
  ];
}

/** The step that is being read, if it is one. */
function goalHere(): Goal | undefined {
  const step = stepBeingRead();
  return step === undefined ? undefined : { step };
}

main();
