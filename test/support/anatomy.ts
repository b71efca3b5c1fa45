import type { Section } from '../../src/lesson/lesson.js';

/** Sections that every lesson of a lab has, around its steps, by their ids. */
export const ANATOMY = [
  'minute',
  'question',
  'without',
  'kernel',
  'break-it',
  'elsewhere',
  'exercises',
  'further',
  'next',
] as const;

/** Sections that a lesson may have besides: how to read what its lab shows, and `prose-…` for anything else. */
const MORE = /^(reading-the-lab|prose-[\w-]+)$/;

/** Whether a section tells of a step of the lab, and not of something around them. */
export function tellsOfStep({ id }: Section): boolean {
  return id !== undefined && !MORE.test(id) && !ANATOMY.some((part) => part === id);
}
