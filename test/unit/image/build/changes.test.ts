// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
import { describe, expect, it } from 'vitest';
import { parseChanges } from '../../../../src/image/build/changes.js';

describe('--change', () => {
  const settings = { Entrypoint: ['a'], Cmd: ['b'], Env: ['P=/bin', 'Q=1'], WorkingDir: '/w' };

  it.each<[string[], object]>([
    [[], {}],
    [['cmd x y'], { Cmd: ['/bin/sh', '-c', 'x y'] }],
    [['ENV P=$P:/new Q= R="a b"'], { Env: ['P=/bin:/new', 'Q=', 'R=a b'] }],
    [['ENV Q=2', 'LABEL q=$Q'], { Env: ['P=/bin', 'Q=2'], Labels: { q: '2' } }],
    [['WORKDIR x', 'WORKDIR ${NONE:-y}'], { WorkingDir: '/w/x/y' }],
    [['ENTRYPOINT ["c"]'], { Entrypoint: ['c'], Cmd: undefined }],
    [['CMD ["d"]', 'ENTRYPOINT ["c"]'], { Entrypoint: ['c'], Cmd: ['d'] }],
    [
      ['EXPOSE 80-81', 'HEALTHCHECK NONE'],
      { ExposedPorts: { '80/tcp': {}, '81/tcp': {} }, Healthcheck: { Test: ['NONE'] } },
    ],
  ])('%j makes %j of the settings, and leaves the others', (changes, made) => {
    expect(parseChanges(changes)(settings)).toEqual({ ...settings, ...made });
  });

  it.each(['RUN x', 'COPY a b', 'ADD a b', 'FROM x', 'ARG A', 'SHELL ["x"]', 'MAINTAINER me'])(
    'may not be %s',
    (text) => {
      const [name] = text.split(' ');
      expect(() => parseChanges(['CMD x', text])).toThrow(`--change:2: ${name} is not a valid change command`);
    },
  );

  it('says which of them has a word that cannot be read', () => {
    expect(() => parseChanges(['CMD x', 'ENV A=${B'])({})).toThrow('--change:2: failed to process "${B": syntax error');
  });
});
