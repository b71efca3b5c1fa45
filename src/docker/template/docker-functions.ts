import { visibleJson } from '../../view/text/visible.js';
import { Refused } from './errors.js';
import { showValue } from './print.js';
import type { Functions } from './signature.js';
import { charactersOf, GoMap, isList, mapString, shownString, Text, typeName } from './values.js';

type GoString = string | Text;

/** What docker adds to Go's functions. Source: docker/cli templates/templates.go. */
export const DOCKER_FUNCTIONS: Functions = {
  json: { takes: ['any'], call: (value: unknown) => new Text(visibleJson(value ?? null)) },
  join: { takes: ['any', 'string'], call: join },
  split: { takes: ['string', 'string'], call: split },
  title: { takes: ['string'], call: (text: GoString) => mapString(text, title) },
  upper: { takes: ['string'], call: (text: GoString) => mapString(text, (it) => it.toUpperCase()) },
  lower: { takes: ['string'], call: (text: GoString) => mapString(text, (it) => it.toLowerCase()) },
  pad: { takes: ['string', 'int', 'int'], call: pad },
  truncate: { takes: ['string', 'int'], call: truncate },
};

/** The same for the headings of a table, which stay what they are. */
export const HEADING_FUNCTIONS: Functions = {
  json: { takes: ['string'], call: (heading: GoString) => heading },
  join: { takes: ['string', 'string'], call: (heading: GoString) => heading },
  split: { takes: ['string', 'string'], call: (heading: GoString) => heading },
  title: { takes: ['string'], call: (heading: GoString) => heading },
  upper: { takes: ['string'], call: (heading: GoString) => heading },
  lower: { takes: ['string'], call: (heading: GoString) => heading },
  truncate: { takes: ['string', 'int'], call: (heading: GoString) => heading },
};

/** Of a map the values, in their order. */
function join(elements: unknown, separator: GoString): Text {
  if (elements === undefined || elements === null) return new Text('');
  if (isList(elements)) return new Text(elements.map(showValue).join(shownString(separator)));
  if (!(elements instanceof GoMap)) throw new Refused(`expected slice, got ${typeName(elements)}`);
  const values = [...elements.values()].map(showValue).sort();
  return new Text(values.join(shownString(separator)));
}

function split(text: GoString, separator: GoString): GoString[] {
  const parts = charactersOf(text).split(charactersOf(separator));
  return typeof text === 'string' ? parts : parts.map((part) => new Text(part));
}

function title(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase());
}

/** As many blanks before and behind it, unless it is empty. */
function pad(text: GoString, before: number, behind: number): GoString {
  if (charactersOf(text) === '') return text;
  return mapString(text, (it) => `${blanks(before)}${it}${blanks(behind)}`);
}

const MOST_BLANKS = 10_000;

function blanks(count: number): string {
  if (count < 0) throw new Refused('strings: negative Repeat count');
  if (count > MOST_BLANKS) throw new Refused(`more than ${MOST_BLANKS} blanks`);
  return ' '.repeat(count);
}

/** Its first bytes. */
function truncate(text: GoString, length: number): GoString {
  if (length < 0) throw new Refused(`slice bounds out of range [:${length}]`);
  return mapString(text, (it) => Buffer.from(it).subarray(0, length).toString());
}
