import type { LabEvent } from '../../src/lab/events.js';
import { loadRun } from '../../src/lab/recording.js';
import { loadLesson } from '../../src/lesson/lesson.js';
import { asks, pageOf } from '../../src/view/demo/state.js';
import { arrange } from '../../src/view/run/index.js';
import { itemsInTurn } from '../../src/view/terminal/index.js';
import { screenOf } from '../../src/view/terminal/screen.js';
import { PacedReader, recorded, Terminal } from '../unit/view/paced-reader.js';

/** How somebody looks at a lab. */
export interface Look {
  readonly pace: 'run-through' | 'paced';
  readonly language: 'en' | 'zh';
  readonly columns: number;
  /** 23 where nothing is said: a terminal of 24 rows, but for the line of the keys. */
  readonly rows?: number;
}

export const PACES = ['run-through', 'paced'] as const;
export const LANGUAGES = ['en', 'zh'] as const;
export const COLUMNS = [60, 80, 120] as const;

export const LOOKS: readonly Look[] = PACES.flatMap((pace) =>
  LANGUAGES.flatMap((language) => COLUMNS.map((columns) => ({ pace, language, columns }))),
);

/** `paced zh 60` */
export function nameOf({ pace, language, columns }: Look): string {
  return `${pace} ${language} ${columns}`;
}

/** What stands before the first step, and after the last. */
export const [TITLE, END] = ['title', 'end'] as const;

/** What the recorded run of a lab writes to a terminal, by step. Whoever is asked something chooses a). */
export function screensOf(lab: string, look: Look): Promise<Map<string, string>> {
  return look.pace === 'paced' ? pacedScreens(lab, look) : runThroughScreens(lab, look);
}

async function runThroughScreens(lab: string, { language, columns }: Look): Promise<Map<string, string>> {
  const screen = screenOf(new Terminal(columns, language).sink);
  const linesOf = itemsInTurn();
  const screens = new Screens();
  let step: string = TITLE;
  for await (const item of arrange(narratedRun(lab, language))) {
    if (item.type === 'step') step = item.id;
    if (item.type === 'end') step = END;
    for (const line of linesOf(item, screen)) screens.add(step, `${line}\n`);
  }
  return screens.texts;
}

/** The recorded run of a lab with the titles and sentences of its lesson, which recordings leave out. */
export function narratedRun(lab: string, language: string): LabEvent[] {
  const { title, sections } = loadLesson(lab, language);
  return (loadRun(lab) ?? []).map((event) => {
    if (event.type === 'lab') return { ...event, title };
    const section = event.type === 'step' && sections.find(({ id }) => id === event.id);
    return section ? ({ ...event, title: section.title, prose: section.narration } as LabEvent) : event;
  });
}

async function pacedScreens(lab: string, { language, columns, rows = 23 }: Look): Promise<Map<string, string>> {
  const reader = new PacedReader(await recorded(lab, language), new Terminal(columns, language), { rows: () => rows });
  const { player } = reader;
  const screens = new Screens();
  screens.add(TITLE, stopsIn(reader.new));
  while (!player.demo.leaving) {
    const text = stopsIn(reader.press(asks(pageOf(player.demo)) ? 'a' : 'space').new);
    const page = pageOf(player.demo);
    screens.add(page.kind === 'before' || page.kind === 'after' ? page.step.id : END, text);
  }
  return screens.texts;
}

/** The line of the keys, which is erased later, on a line of its own. */
function stopsIn(written: string): string {
  return written
    .replace(/^<erased>/, '')
    .replaceAll('<erased>', '\n')
    .replace(/[^\n]+$/, '[$&]\n');
}

class Screens {
  readonly texts = new Map<string, string>();

  add(step: string, text: string): void {
    this.texts.set(step, (this.texts.get(step) ?? '') + text);
  }
}
