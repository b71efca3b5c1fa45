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

/** Tells the server, once, that the end of the lesson was in sight: that is how it counts as read. */
export function noteWhenRead(lesson: string): void {
  const end = document.querySelector('.neighbours');
  if (!end) return;
  const observer = new IntersectionObserver(([entry]) => {
    if (!entry?.isIntersecting) return;
    observer.disconnect();
    // Whether it could be kept is no concern of the reader's.
    fetch(`/read/${lesson}`, { method: 'POST', headers: credentials() }).catch(() => undefined);
  });
  observer.observe(end);
}
