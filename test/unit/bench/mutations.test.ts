import { describe, expect, it } from 'vitest';
import { describeMutation, mutate, mutationsOf } from '../../../bench/mutations.js';

describe('careless changes', () => {
  it.each([
    ['x = a === b;', ['x = a !== b;']],
    ['x = a && b;', ['x = a || b;']],
    ['x = MS_REC | MS_BIND;', ['x = MS_REC;', 'x = MS_BIND;']],
    ['x = a ?? b;', ['x = a;', 'x = b;']],
    ['x = [a, ...b];', ['x = [ ...b];', 'x = [a, ];']],
    ['x = { a, b: c };', ['x = {  b: c };', 'x = { a,  };']],
    ['x = a ? b : c;', ['x = true ? b : c;', 'x = false ? b : c;']],
    ['x = !a;', ['x = a;']],
    ['x = true;', ['x = false;']],
    ['x = 7;', ['x = 8;']],
  ])('of %s are an operator, an entry, a condition, a figure', (source, changed) => {
    expect(all(source)).toEqual(expect.arrayContaining(changed));
    expect(all(source)).toHaveLength(changed.length + 1); // and the statement left out
  });

  it('leave out a statement, return early, do not throw', () => {
    expect(all('function f() { if (a) throw b; }')).toEqual([
      'function f() { return undefined; if (a) throw b; }',
      'function f() { if (true) throw b; }',
      'function f() { if (false) throw b; }',
      'function f() { if (a) ; }',
    ]);
  });

  it('leave alone what is no code: types and imports', () => {
    expect(all("import a from 'b';\ninterface C { readonly d: true }\ntype E = C['d'] | 7;")).toEqual([]);
  });

  it('are told with their line, as it was and as it became', () => {
    const source = 'f();\nif (a < b) g();\n';
    const told = mutationsOf(source).map((mutation) => describeMutation(source, mutation));
    expect(told).toContain('2: if (a <  →  if (a >=');
  });
});

function all(source: string): string[] {
  return mutationsOf(source).map((mutation) => mutate(source, mutation));
}
