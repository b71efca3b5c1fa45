import type { LabEvent } from '../../lab/events.js';
import { cutMiddle, cutPaths } from '../text/cut-middle.js';
import type { Items, Over } from './items.js';

/** Characters of a path in a row of the trace. */
const LONGEST_PATH = 48;

/** And of one that an observation is named by. */
const LONGEST_NAME = 64;

/** Puts the names of a lab's directories, which its first event tells, in the place of their paths: `TMP/shared`. */
export async function* abbreviate(events: AsyncIterable<LabEvent | Over>): AsyncGenerator<LabEvent | Over, void> {
  let names: [name: string, path: string][] = [];
  for await (const event of events) {
    if (event.type === 'lab') names = Object.entries(event.directories ?? {});
    yield SHORTENED.has(event.type) ? replaceIn(named(event), names) : event;
  }
}

/** What an earlier lab taught is more than housekeeping. */
function named<T extends LabEvent | Over>(event: T): T {
  return event.type === 'syscall' && event.taught ? { ...event, housekeeping: undefined } : event;
}

/** The others hold no paths, or those that a reader is to type. */
const SHORTENED: ReadonlySet<string> = new Set(['syscall', 'observe', 'output', 'check']);

function replaceIn<T>(value: T, names: readonly (readonly [name: string, path: string])[]): T {
  if (typeof value === 'string')
    return names.reduce<string>((text, [name, path]) => text.replaceAll(path, name), value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => replaceIn(part, names)) as T;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaceIn(part, names)])) as T;
}

/** Leaves out the middle of long paths in calls, and of longer ones in the names of what is read. */
export async function* cutCalls(items: Items): Items {
  for await (const item of items) {
    if (item.type === 'syscall') yield { ...item, text: cutPaths(item.text, LONGEST_PATH) };
    else yield item.type === 'observe' ? { ...item, path: cutWords(item.path) } : item;
  }
}

/** `ls /var/lib/tslab/volumes/…/_data` */
function cutWords(path: string): string {
  return path.replace(/\S+/g, (word) => cutMiddle(word, LONGEST_NAME));
}
