import type { Lesson } from '../../lesson/lesson.js';
import { Html } from './html.js';

/** A word of the glossary, and the section that explains it. */
export interface Term {
  readonly name: string;
  readonly id: string;
}

/** Words that lessons use in their plain meaning, too: a link below "check" or "step" would mislead more often than help. */
const PLAIN = new Set(
  'charge check clone commit detached gate guest hook kernel mask mount network-link period probe proc process reap signal step trace weight'.split(
    ' ',
  ),
);

/** The words of the glossary in a language: `control group (cgroup) · 控制组` has two in English and one in Chinese. */
export function termsOf({ sections }: Lesson, language: string): Term[] {
  return sections.flatMap(({ id = '', title, level }) => {
    if (level < 3 || PLAIN.has(id)) return [];
    const [english = '', chinese = english] = title.split(' · ');
    const names = (language === 'zh' ? chinese : english).split(/ \(|\)/);
    return names.filter((name) => name.length > 1 && !name.includes(',')).map((name) => ({ name, id }));
  });
}

/** Where a link would be one too many, or no text to read stands. */
const NO_LINKS = /^(?:a|button|code|figure|form|h[1-3]|nav|pre|summary|svg)$/;
const PARTS = /<(\/?)([a-z][a-z0-9]*)[^>]*>|[^<]+/g;

/** HTML of our own, in which the first of each word in the text leads to the glossary. */
export function linkTerms({ text }: Html, terms: readonly Term[]): Html {
  const left = new Map(terms.map((term) => [term.name.toLowerCase(), term]));
  if (left.size === 0) return new Html(text);
  const words = wordsOf(left.keys());
  let without = 0;
  const linked = text.replace(PARTS, (part, closing: string | undefined, tag: string | undefined) => {
    if (tag !== undefined && NO_LINKS.test(tag)) without += closing ? -1 : 1;
    return tag !== undefined || without > 0
      ? part
      : part.replace(words, (said, name: string) => link(said, name, left));
  });
  return new Html(linked);
}

/** The longest first: a mount namespace is no mount. */
function wordsOf(names: Iterable<string>): RegExp {
  const all = [...names].sort((one, other) => other.length - one.length);
  const escaped = all.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\w/.-])(${escaped.join('|')})s?(?![\\w-]|\\.\\w)`, 'gi');
}

function link(said: string, name: string, left: Map<string, Term>): string {
  const term = left.get(name.toLowerCase());
  if (term === undefined) return said;
  for (const [other, { id }] of left) if (id === term.id) left.delete(other);
  return `<a class="term" href="glossary.html#${term.id}">${said}</a>`;
}
