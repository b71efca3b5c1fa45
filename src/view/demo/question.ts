import type { Check } from '../../lab/events.js';
import { agrees } from '../../lesson/agrees.js';
import type { Predict } from '../../lesson/predict.js';
import type { Item } from '../run/items.js';
import { letter } from '../run/sentences.js';
import { verdictMark, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';
import { badge, badgeLines } from './heading.js';
import type { Layout } from './layout.js';
import { inline, prose } from './prose.js';
import { tally } from './room/tally.js';
import type { RoomVote } from './room/vote.js';

/** What the lesson asks before the kernel answers: choices with letters, and a mark at the one that the room takes. */
export function formatQuestion(predict: Predict, vote: RoomVote, layout: Layout): string[] {
  const { screen, measure, words } = layout;
  const choices = predict.choices.flatMap((choice, index) => [
    '',
    ...formatChoice(index, choice.text, saidOf(index, vote, words), layout),
  ]);
  return [...badgeLines(words.question, layout), '', ...prose(predict.question, measure, screen), ...choices];
}

/** What is said about a choice: how many hands it has, else that it is the room's. */
function saidOf(index: number, { chosen, hands }: RoomVote, words: Layout['words']): string {
  if (hands.length > 0) return hands[index] ? words.hands(hands[index]) : '';
  return index === chosen ? words.roomChose : '';
}

/** The letter in inverse video, the choice beside it, and what is said about it. */
function formatChoice(index: number, text: string, said: string, { screen, measure }: Layout): string[] {
  const { paint, symbols } = screen;
  const label = said === '' ? [] : [{ text: '  ' }, { text: `${symbols.from} ${said}`, paint: paint.bold }];
  const lines = wrap([...inline(text, screen), ...label], measure - INDENT);
  const mark = badge(letter(index), screen);
  return lines.map((line, row) => (row === 0 ? `${said === '' ? ' ' : symbols.isNew}${mark} ${line}` : `     ${line}`));
}

const INDENT = 5;

/** The right choice, the kernel's own words, and whether the room was right. */
export function formatAnswer(
  predict: Predict,
  { items, vote }: { items: readonly Item[]; vote: RoomVote },
  layout: Layout,
): string[] {
  const { screen, measure, words } = layout;
  const check = items.find((item): item is Check => item.type === 'check' && item.name === predict.check);
  const right = rightChoice(predict, check);
  const choice = predict.choices[right];
  return [
    ...formatVerdict(choice && right, vote.chosen, layout),
    ...tally(predict.choices.length, { ...vote, right }, layout),
    ...(choice ? wrap(inline(choice.text, screen), measure) : []),
    ...(check ? kernelSays(check, layout) : withMargin(' ', wrap([{ text: words.noAnswer }], measure - 2))),
  ];
}

/** The choice that agrees with what the kernel says; where the check holds and no choice says so, the one that the lesson takes for right. */
export function rightChoice({ choices }: Predict, check: Check | undefined): number {
  if (!check) return -1;
  const agreeing = choices.findIndex((choice) => agrees(choice, check.actual));
  return agreeing === -1 && check.held ? choices.findIndex(({ right }) => right) : agreeing;
}

function formatVerdict(right: number | undefined, vote: number | undefined, layout: Layout): string[] {
  const { screen, words } = layout;
  const answer = badgeLines(right === undefined ? words.noneFits : words.answer(letter(right)), layout);
  if (vote === undefined) return answer;
  const said = vote === right ? words.roomWasRight : words.roomSaid(letter(vote));
  const lines = wrap([{ text: said, paint: screen.paint.bold }], screen.width - 2);
  const room = withMargin(verdictMark(vote === right, screen), lines);
  return screen.width < ROOMY ? [...answer, ...room] : [`${answer[0]}  ${room[0]}`];
}

const ROOMY = 50;

function kernelSays({ name, actual }: Check, { screen, words }: Layout): string[] {
  const { paint, symbols, width } = screen;
  const said = [
    { text: words.kernelSays },
    { text: screen.words.named(actual), paint: paint.bold },
    { text: words.about(screen.words.named(name)) },
  ];
  return withMargin(paint.bold(symbols.isNew), wrap(said, width - 2));
}
