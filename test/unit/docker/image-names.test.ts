import { describe, expect, it } from 'vitest';
import { shownNames } from '../../../src/docker/images/rows.js';

const [A, B] = ['a', 'b'].map((one) => `sha256:${one.repeat(64)}`) as [string, string];
const shown = (names: readonly string[], withDigests: boolean) =>
  shownNames(
    names.map((name) => `docker.io/library/${name}`),
    withDigests,
  ).map(({ repository, tag, digest }) => [repository, tag, digest?.slice(7, 8)].map((one) => one ?? '-').join(' '));

describe('names of an image in `images`', () => {
  it.each([
    [[], ['<none> <none> -'], ['<none> <none> -']],
    [
      ['x:1', 'x:2', 'y:1'],
      ['x 1 -', 'x 2 -', 'y 1 -'],
      ['x 1 -', 'x 2 -', 'y 1 -'],
    ],
    [[`x@${A}`, `x@${B}`], ['x - a'], ['x - a', 'x - b']],
    [['x:1', `x@${A}`, `x@${B}`], ['x 1 a'], ['x 1 a', 'x 1 b']],
    [
      [`x@${A}`, `y@${B}`, 'y:1'],
      ['x - a', 'y 1 b'],
      ['x - a', 'y 1 b'],
    ],
  ])('%j', (names, without, withDigests) => {
    expect([shown(names, false), shown(names, true)]).toEqual([without, withDigests]);
  });
});
