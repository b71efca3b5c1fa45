import { indent } from '../../text/lines.js';
import { displayWidth } from '../../text/width.js';
import { wrap } from '../../text/wrap.js';
import { badge, sectionRule, smallHeading } from '../heading.js';
import { type Layout, layOut, type Stage } from '../layout.js';
import { prose } from '../prose.js';
import { clock } from '../time/clock.js';
import type { Note } from './note.js';

/** What the presenter sees: a line for each row; `note` is undefined while there is no demo. `now` is in milliseconds since 1970. */
export function renderNote(note: Note | undefined, now: number, scroll: number, stage: Stage): string[] {
  const layout = layOut(stage);
  const lines = note ? noteLines(note, layout) : wrap([{ text: layout.words.notes.waiting }], layout.screen.width);
  const rows = stage.rows - 2;
  const from = Math.min(scroll, Math.max(lines.length - rows, 0));
  const shown = indent(lines.slice(from, from + rows), layout.margin);
  const foot = note ? footOf(note, now, layout) : `${badge('q', layout.screen)} ${layout.words.keys.quit}`;
  const gap = Array<string>(Math.max(stage.rows - shown.length - 1, 0)).fill('');
  return [...shown, ...gap, ' '.repeat(layout.margin) + foot].slice(-stage.rows);
}

/** Lines that the notes take, for scrolling. */
export function noteLength(note: Note | undefined, stage: Stage): number {
  return note ? noteLines(note, layOut(stage)).length : 1;
}

function noteLines(note: Note, layout: Layout): string[] {
  const { screen, words } = layout;
  const where = `${note.lab}  ${note.number}/${note.steps}  ${words.notes.page[note.page]}`;
  const next = note.next === null ? words.notes.last : note.next;
  return [
    ...wrap([{ text: where }], screen.width),
    ...smallHeading(note.number === 0 ? '' : String(note.number), note.title, layout),
    '',
    ...prose(note.notes || words.notes.none, screen.width, screen),
    '',
    ...sectionRule(words.notes.next, layout),
    ...wrap([{ text: next }], screen.width),
  ];
}

/** The time that has gone by, how far that is behind the plan, and the plan. */
function footOf({ startedAt, planned }: Note, now: number, { screen, words: { notes } }: Layout): string {
  const elapsed = now - startedAt;
  const [until, all] = [planned.until * MINUTE, planned.all * MINUTE];
  const late = elapsed - until;
  const facts = [
    notes.elapsed(clock(elapsed)),
    ...(until > 0 && late >= 1000 ? [notes.behind(clock(late))] : []),
    ...(all > 0 ? [notes.planned(clock(until), clock(all))] : []),
  ];
  const shown = facts.filter((_, index) => displayWidth(facts.slice(0, index + 1).join(GAP)) <= screen.width);
  return screen.paint.bold(shown.join(GAP));
}

const MINUTE = 60_000;
const GAP = '   ';
