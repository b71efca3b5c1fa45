import type { Screen } from '../terminal/screen.js';

/** The ordinary screen of a terminal, with what a run needs to know beside its events. */
export interface PacedScreen extends Screen {
  /** Lines that can be seen at once, but for that of the keys. */
  readonly rows: number;
  readonly course: Course;
  /** Whether there is a whole screen to change to. */
  readonly fills: boolean;
}

/** What there is to do when a lab is over, by the short names that commands take (`01`). */
export interface Course {
  readonly lab: string;
  /** A step that can be left out. */
  readonly skip: string | undefined;
  readonly next: string | undefined;
}
