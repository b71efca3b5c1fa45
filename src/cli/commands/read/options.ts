import type { Chapter } from '../../../lesson/chapters.js';
import type { Lesson } from '../../../lesson/lesson.js';
import type { GlobalOptions } from '../../command.js';

/** What `tslab read` was asked for. */
export interface ReadOptions extends GlobalOptions {
  /** Only the section with this id. */
  readonly section?: string;
  /** The section to begin at. */
  readonly from?: string;
  /** What is searched for, in all lessons or in the one that is named. */
  readonly search?: string;
  /** Only the table of contents. */
  readonly toc?: true;
  readonly answers?: true;
  /** How many hints of each section are open. */
  readonly hints?: number;
  /** False: `--no-pager`. */
  readonly pager: boolean;
}

/** A lesson, or some of its chapters, to be read. */
export interface Reading {
  readonly id: string;
  readonly lesson: Lesson;
  readonly chapters: readonly Chapter[];
  /** With title, contents and what stands before the first section. */
  readonly isWhole: boolean;
  /** The section to begin at. */
  readonly from?: string | undefined;
  /** The section after the one that was asked for. */
  readonly next?: string | undefined;
  readonly options: ReadOptions;
}
