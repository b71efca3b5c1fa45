// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
import { describe, expect, it } from 'vitest';
import { whyMissed } from '../../../../src/image/build/cache/why.js';
import { parseDockerfile } from '../../../../src/image/build/dockerfile/parse.js';
import { parseRunMount } from '../../../../src/image/build/dockerfile/run-mounts.js';
import { stagesOf } from '../../../../src/image/build/stages.js';

const stages = (lines: readonly string[], target?: string, given: Readonly<Record<string, string>> = {}) =>
  stagesOf(parseDockerfile(lines.join('\n'), 'Dockerfile'), new Map(Object.entries(given)), { target });

describe('stages', () => {
  it('are built only where they are needed, each after those that it needs', () => {
    const lines = ['FROM a AS one', 'FROM b AS two', 'FROM one AS three', 'COPY --from=1 x y', 'FROM c AS four'];
    const needed = (target?: string) => stages(lines, target).needed.map(({ index }) => index);
    expect([needed(), needed('three'), needed('TWO'), needed('2')]).toEqual([[3], [0, 1, 2], [1], [0, 1, 2]]);
  });

  it('take ARG above the first FROM, and --build-arg before that', () => {
    const lines = ['ARG V=1', 'ARG IMAGE=x:${V}', 'FROM ${IMAGE}-slim'];
    expect(stages(lines).needed[0]?.base).toEqual({ image: 'x:1-slim' });
    expect(stages(lines, undefined, { V: '2' }).needed[0]?.base).toEqual({ image: 'x:2-slim' });
    expect(stages(['FROM scratch']).needed[0]?.base).toBe('scratch');
  });

  it.each([
    [['FROM $NONE'], 'base name ($NONE) should not be blank'],
    [['ENV A=1', 'FROM a'], 'ENV before FROM'],
    [['ARG A'], 'has no FROM'],
    [['FROM a', 'COPY --from=0 a b'], 'the stage 0 is not built yet'],
    [['FROM a', 'COPY --from=7 a b'], 'invalid from flag value 7'],
  ])('%j: %s', (lines, message) => expect(() => stages(lines)).toThrow(message));
});

describe('--mount of RUN', () => {
  const parse = (given: string) => parseRunMount(given, (path) => `/w/${path}`);

  it('is read with the other names of its keys', () => {
    const bind = { type: 'bind', from: undefined, source: '/', target: '/w/.', readOnly: true };
    expect(parse('target=.')).toEqual(bind);
    expect(parse('type=bind,from=b,src=s,dst=d')).toEqual({ ...bind, from: 'b', source: 's', target: '/w/d' });
    for (const [access, readOnly] of [
      ['rw', false],
      ['readwrite=true', false],
      ['rw=false', true],
      ['ro', true],
    ] as const)
      expect(parse(`target=.,${access}`)).toEqual({ ...bind, readOnly });
    expect(parse('type=tmpfs,target=t,size=9')).toEqual({ type: 'tmpfs', target: '/w/t', size: 9 });
    expect(parse('type=tmpfs,target=t,size=1.5k')).toMatchObject({ size: 1536 });
    for (const size of ['1m', '1MB', '1024k', '1048576b'])
      expect(parse(`type=tmpfs,target=t,size=${size}`)).toMatchObject({ size: 2 ** 20 });
    expect(parse('type=cache,target=c,mode=0700,uid=5,ro')).toEqual({
      ...{ type: 'cache', id: '/w/c', target: '/w/c', readOnly: true, sharing: 'shared', mode: 0o700, uid: 5, gid: 0 },
    });
  });

  it.each([
    ['type=x,target=y', 'unsupported mount type "x"'],
    ['type=cache', '--mount has no target'],
    ['type=tmpfs,target=y,id=z', 'unexpected key "id"'],
    ['type=cache,target=y,sharing=all', 'unsupported sharing value "all"'],
    ['type=tmpfs,target=y,size=lots', 'size=lots of --mount is no size'],
    ['type=cache,target=y,mode=9', 'mode=9 of --mount is no octal number'],
    ['type=secret', '--mount=type=secret has no id'],
    ['type=ssh,env=A', 'unexpected key "env" of --mount=type=ssh'],
  ])('%s: %s', (given, message) => expect(() => parse(given)).toThrow(message));
});

describe('why a step is not taken from the cache', () => {
  const question = { chain: 'c', settings: '{"Env":["A=1"]}', text: 'RUN x', inputs: { 'src/a.js': '1', b: '1' } };
  const known = { ...question, created: '', written: 1 };

  it.each([
    ['its layer is gone from the store', known],
    ['src/a.js changed', { ...known, inputs: { 'src/a.js': '2', b: '1' } }],
    ['b is new, src/a.js changed', { ...known, inputs: { 'src/a.js': '2' } }],
    ['b is gone', { ...known, inputs: { b: '1' } }],
    ['Env changed', { ...known, settings: '{"Env":[]}' }],
    ['it was built on other layers than these', { ...known, chain: 'd' }],
    ['it was RUN y', { ...known, text: 'RUN y' }],
    ['it was never built on these layers', { ...known, text: `RUN ${'of another Dockerfile '.repeat(3)}` }],
  ])('%s', (why, before) => {
    const now = why === 'b is gone' ? { ...question, inputs: {} } : question;
    expect(whyMissed(now, [before])).toBe(why);
    expect(whyMissed(question, [])).toBe('it was never built on these layers');
  });

  it('shows of a long instruction where it was another', () => {
    const text = (name: string) =>
      `RUN apt-get update && apt-get install -y \n  ${name} && rm -rf /var/lib/apt/lists /tmp/*`;
    const before = { ...known, text: text('curl') };
    expect(whyMissed({ ...question, text: text('wget') }, [before])).toBe(
      'it was …-get install -y curl && rm -rf /var/lib/apt/l…',
    );
  });
});
