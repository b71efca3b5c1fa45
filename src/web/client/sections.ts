import { smoothly } from './follower.js';

/** Pixels below the top of the window where a section that was gone to begins, at most. */
const TOP = 120;

/** Goes to the section after the one that is being read (1) or before it (-1), and puts the focus there. */
export function goToSection(direction: 1 | -1): void {
  const all = sections();
  const at = all.findLastIndex(isReached);
  const target = all[at + direction];
  if (target) goTo(target);
  else if (direction === -1) scrollTo({ top: 0, behavior: smoothly() });
}

/** The step whose section is being read; undefined above the first one and in sections that are no steps. */
export function stepBeingRead(): string | undefined {
  return sections().findLast(isReached)?.dataset.step;
}

/** The heading of a section, without the link in it. */
export function titleOf(id: string): string {
  const inside = [...(document.getElementById(`${id}-title`)?.childNodes ?? [])];
  const words = inside.filter((node) => !(node instanceof HTMLAnchorElement));
  return words
    .map(({ textContent }) => textContent)
    .join('')
    .trim();
}

function sections(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main > section')];
}

function isReached(section: Element): boolean {
  return section.getBoundingClientRect().top < TOP;
}

/** The focus goes with the eye, so that the next Tab finds what is in the section. */
function goTo(section: HTMLElement): void {
  section.tabIndex = -1;
  section.focus({ preventScroll: true });
  section.scrollIntoView({ block: 'start', behavior: smoothly() });
}
