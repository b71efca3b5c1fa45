/** What differs from run to run, or is only a name: each becomes one word. In this order. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(docker|podman|tslab)\b/g, 'docker'],
  [/\b(localhost|docker\.io\/library)\/busybox:latest\b/g, 'busybox'],
  [/\b[0-9a-f]{64}\b/g, 'ID'],
  [/\b[0-9a-f]{12}\b/g, 'SHORT'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?([+-]\d\d:?\d\d|Z))?( UTC)?/g, 'TIME'],
  [/\b(less than a second|about an? (minute|hour)|\d+ (second|minute|hour)s?)( ago\b)?/gi, 'A WHILE'],
  [/\b[a-z]{3,}_[a-z]{3,}\b/g, 'SOME_NAME'],
  [/[ \t]+$/gm, ''],
  [/ {2,}|\t/g, '  '],
];

/** Text without ids, times, random names and the width of columns. */
export function normalise(text: string): string {
  return WORDS.reduce((sofar, [pattern, word]) => sofar.replace(pattern, word), text);
}
