import type { Problem } from './report.js';

/** A lab that misses something. */
export interface Concerned {
  readonly id: string;
  readonly problem: Problem;
}

/** The ways out of one problem that several labs have. A command that differs in nothing but the lab is told once, with the other labs behind it. */
export function sharedRemedies(labs: readonly Concerned[]): string[] {
  const all = labs.flatMap(({ id, problem }) => problem.remedies.map((text) => ({ id, text, gist: gistOf(text, id) })));
  const gists = [...new Set(all.map(({ gist }) => gist))];
  return gists.map((gist) => {
    const [first, ...others] = all.filter((one) => one.gist === gist);
    const also = others.filter(({ text }) => text !== first?.text).map(({ id }) => id);
    return also.length > 0 ? `${first?.text}   (likewise ${also.join(', ')})` : (first?.text ?? '');
  });
}

function gistOf(remedy: string, lab: string): string {
  return remedy.replaceAll(lab, 'LAB');
}
