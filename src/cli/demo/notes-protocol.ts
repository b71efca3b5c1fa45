import type { Note } from '../../view/demo/note.js';

/** The last line of a demo that ends as it should. */
export const FAREWELL = '{"over":true}';

/** The name of a demo's socket: which lab, and whose. */
export function socketName(lab: string, owner: string): string {
  return `demo-${lab}-${owner}.sock`;
}

/** Whether this is the socket of a demo: of this lab, where one is named. */
export function isDemoSocket(name: string, lab: string | undefined): boolean {
  return /^demo-.*\.sock$/.test(name) && (lab === undefined || name.startsWith(`demo-${lab}-`));
}

/** What a line of a demo says; undefined for the farewell. */
export function parseNote(line: string): Note | undefined {
  return line === FAREWELL ? undefined : (JSON.parse(line) as Note);
}
