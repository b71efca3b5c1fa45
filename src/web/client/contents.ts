import { credentials } from './token.js';

/** Marks in the table of contents which section is being read. */
export function markContents(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.toc a')];
  const sections = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  // The upper third of the window is where the eye is.
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        mark(links[sections.indexOf(target as HTMLElement)], isIntersecting);
    },
    { rootMargin: '0px 0px -67% 0px' },
  );
  for (const section of sections) if (section) observer.observe(section);
}

function mark(link: HTMLAnchorElement | undefined, isRead: boolean): void {
  if (isRead) link?.setAttribute('aria-current', 'location');
  else link?.removeAttribute('aria-current');
}

/** Tells the server, once, that the end of the lesson was in sight: that is how it counts as read. Who leaves it before is at a section. */
export function noteWhenRead(lesson: string): void {
  const end = document.querySelector('.neighbours');
  if (!end) return;
  let isRead = false;
  const observer = new IntersectionObserver(([entry]) => {
    if (!entry?.isIntersecting) return;
    observer.disconnect();
    isRead = true;
    tell(lesson);
  });
  observer.observe(end);
  document.addEventListener('visibilitychange', () => {
    const section = sectionBeingRead();
    if (!isRead && document.visibilityState === 'hidden' && section) tell(`${lesson}/${section}`);
  });
}

function sectionBeingRead(): string | undefined {
  return document.querySelector<HTMLAnchorElement>('.toc a[aria-current]')?.hash.slice(1);
}

/** Whether it could be kept is no concern of the reader's. The page may be gone before the answer. */
function tell(what: string): void {
  fetch(`/read/${what}`, { method: 'POST', headers: credentials(), keepalive: true }).catch(() => undefined);
}
