import { letter } from '../../run/sentences.js';
import { verdictMark } from '../../terminal/screen.js';
import { displayWidth } from '../../text/width.js';
import type { Layout } from '../layout.js';
import type { RoomVote } from './vote.js';

const LONGEST = 40;

/** A bar for each choice, as long as it has hands; a mark at the one that is right. None where nobody has counted. */
export function tally(choices: number, vote: RoomVote & { right: number }, layout: Layout): string[] {
  const { hands, right } = vote;
  const { screen, stage, words } = layout;
  const most = Math.max(...hands, 0);
  if (most === 0) return [];
  const room = Math.max(Math.min(screen.width - 6 - displayWidth(words.hands(most)), LONGEST), 1);
  const bars = Array.from({ length: choices }, (_, choice) => {
    const count = hands[choice] ?? 0;
    const bar = (stage.unicode ? '█' : '#').repeat(Math.ceil((count / most) * room));
    const mark = choice === right ? verdictMark(true, screen) : ' ';
    return `${mark} ${letter(choice)} ${bar === '' ? '' : `${bar} `}${words.hands(count)}`;
  });
  return ['', ...bars, ''];
}
