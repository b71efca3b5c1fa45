/** Where a link leads, for one who reads in a terminal. */
export interface Destination {
  /** What a footnote says: an address, or a command; undefined where the text says it all. */
  note?: string;
  /** What OSC 8 links to; only addresses can be opened by a terminal. */
  address?: string;
}

const LESSON = /^(?:\.\/)?(\d\d-[\w-]+|glossary)\.md(?:#([\w-]+))?$/;

/** Another lesson and a section of this one are commands, an address is itself; a path of the repository is only a name. */
export function destinationOf(href: string, lesson: string): Destination {
  if (/^[a-z]+:\/\//i.test(href)) return { note: href, address: href };
  const section = /^#([\w-]+)$/.exec(href)?.[1];
  if (section !== undefined) return { note: readCommand(lesson, section) };
  const [, other, part] = LESSON.exec(href) ?? [];
  if (other !== undefined) return { note: readCommand(shortName(other), part) };
  return { note: href.replace(/^(\.\.?\/)+/, '') };
}

/** `03` of `03-cgroups`; what is no number is called by its name. */
export function shortName(id: string): string {
  return id === '00-introduction' ? 'intro' : (/^\d\d(?=-)/.exec(id)?.[0] ?? id);
}

/** `tslab read 03 --section cpu-quota`. */
export function readCommand(lesson: string, section?: string): string {
  return `tslab read ${lesson}${section === undefined ? '' : ` --section ${section}`}`;
}

/** A link that terminals with OSC 8 open: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda */
export function hyperlink(address: string, text: string): string {
  return `\x1b]8;;${address}\x1b\\${text}\x1b]8;;\x1b\\`;
}

/** `https://lwn.net` does, and so does `02`, which `tslab read` takes for the name of a lesson. */
export function saysItself(text: string, note: string): boolean {
  return note === text || (/^(\d\d(-[\w-]+)?|glossary)$/.test(text) && /^tslab read \S+$/.test(note));
}
