import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../../../src/container/record.js';
import { type ContainerState, NEW_STATE } from '../../../src/container/state.js';
import type { Container } from '../../../src/container/store/store.js';
import { parseContainerFilters, showsStopped } from '../../../src/docker/filters/containers.js';
import { collectFilter } from '../../../src/docker/filters/filter.js';
import { matcher } from '../../../src/docker/filters/pattern.js';
import { parsePruneFilters } from '../../../src/docker/filters/prune.js';
import { parseVolumeFilters } from '../../../src/docker/filters/volumes.js';
import type { Volume } from '../../../src/volume/volumes.js';

describe('a pattern', () => {
  it.each([
    ['web', 'web', true],
    ['we', 'my-web-1', true],
    ['^web$', 'web', true],
    ['^web$', 'webx', false],
    ['^/web$', '/web', true],
    ['^(web|db)$', 'db', true],
    ['web-[0-9]+$', 'web-12', true],
    ['w.b', 'wxb', true],
    ['(?i)WEB', 'web', true],
    ['[[:digit:]]$', 'web1', true],
    ['[[:digit:]]$', 'web', false],
    ['\\Aweb\\z', 'web', true],
    ['\\Qw.b\\E', 'wxb', false],
    ['(?P<n>we)b', 'web', true],
    ['*web', 'web', false],
    ['[', 'web', false],
    ['[', '[', true],
    ['(?=web)', 'web', false],
    ['(w)eb\\1', 'webw', false],
    ['', 'web', true],
  ])('%s: of %s it is %s that it matches', (pattern, name, matches) => expect(matcher(pattern)(name)).toBe(matches));
});

/** What of a container filters look at. */
interface Made {
  readonly config?: Partial<ContainerConfig>;
  readonly state?: Partial<ContainerState>;
}

function container({ config, state }: Made): Container {
  const usual = {
    id: 'a'.repeat(64),
    name: 'web',
    image: 'busybox',
    created: '2026-01-01T00:00:00.000Z',
    mounts: [],
    network: 'none',
    restart: { name: 'no' },
  };
  return { directory: '', config: { ...usual, ...config } as ContainerConfig, state: { ...NEW_STATE, ...state } };
}

const CONTAINERS: Record<string, Container> = {
  web: container({ config: { id: 'ab'.repeat(32) }, state: { status: 'running', startedAt: 'x' } }),
  webx: container({
    config: { name: 'webx', network: 'host', image: 'busybox:1.36' },
    state: { status: 'paused', startedAt: 'x' },
  }),
  gone: container({
    config: {
      name: 'gone',
      image: 'busybox:latest',
      mounts: [
        { type: 'volume', name: 'data', source: '/v', target: '/data', readOnly: false, anonymous: false },
        { type: 'bind', source: '/srv', target: '/mnt', readOnly: false, propagation: 'rprivate' },
        { type: 'tmpfs', target: '/run', options: '' },
      ],
    },
    state: { status: 'exited', startedAt: 'x', exitCode: 3 },
  }),
  new: container({ config: { name: 'new', created: '2026-02-01T00:00:00.000Z' } }),
};

function names(...filters: string[]): string {
  const test = parseContainerFilters(filters);
  return Object.keys(CONTAINERS)
    .filter((name) => test(CONTAINERS[name] as Container))
    .join(' ');
}

describe('filters of ps', () => {
  it.each([
    [['name=^web$'], 'web'],
    [['name=^/web'], 'web webx'],
    [['name=^web$', 'name=gone'], 'web gone'],
    [['name=web', 'status=paused'], 'webx'],
    [['status=running', 'status=exited'], 'web gone'],
    [['status=dead'], ''],
    [['NAME = ^web$ '], 'web'],
    [['id=^abab'], 'web'],
    [['id=baba'], 'web'],
    [['exited=3'], 'gone'],
    [['exited=0'], ''],
    [['exited=0', 'exited=3'], 'gone'],
    [['ancestor=busybox'], 'web gone new'],
    [['ancestor=busybox:1.36'], 'webx'],
    [['ancestor=alpine'], ''],
    [['volume=data'], 'gone'],
    [['volume=/mnt'], 'gone'],
    [['volume=/srv'], 'gone'],
    [['volume=/run'], ''],
    [['network=host'], 'webx'],
    [['label=x'], ''],
    [['health=none', 'is-task=false'], 'web webx gone new'],
    [['publish=80/tcp'], ''],
    [[], 'web webx gone new'],
  ])('%j: %s', (filters, expected) => expect(names(...filters)).toBe(expected));

  it.each([
    ['colour=blue', /^invalid filter 'colour'/],
    ['constructor=1', /^invalid filter 'constructor'/],
    ['=x', /^invalid filter ''/],
    ['status=foo', /^Invalid filter 'status=foo'$/],
    ['status=', /^Invalid filter 'status='$/],
    ['exited=x', /^Invalid filter 'exited=x'$/],
    ['health=good', /^Unrecognised filter value for health: good$/],
    ['is-task=1', /^Invalid filter 'is-task=1'$/],
    ['publish=http', /^Invalid filter 'publish=http'$/],
  ])('%s is refused', (filter, message) => expect(() => parseContainerFilters([filter])).toThrow(message));

  it('refuse what is no name=value, and take the empty one for none', () => {
    expect(() => collectFilter('web', [])).toThrow('bad format of filter (expected name=value)');
    expect(collectFilter('', ['a=b'])).toEqual(['a=b']);
  });

  it('show what does not run where the status is asked for', () =>
    expect([['status=exited'], [' Status =exited'], ['name=x']].map(showsStopped)).toEqual([true, true, false]));
});

describe('filters of volume ls', () => {
  const volume = (name: string, anonymous: boolean): Volume => ({ name, anonymous, source: '/v', created: '' });
  const [data, nameless] = [volume('data', false), volume('0'.repeat(64), true)];
  const found = (...filters: string[]) => [data, nameless].filter(parseVolumeFilters(filters)).map(({ name }) => name);

  it('find by pattern, driver and label', () => {
    expect(found('name=^dat')).toEqual(['data']);
    expect(found('driver=local', 'driver=nfs')).toHaveLength(2);
    expect(found('driver=nfs')).toEqual([]);
    expect(found('label=com.docker.volume.anonymous')).toEqual([nameless.name]);
    expect(found('label=com.docker.volume.anonymous=x')).toEqual([]);
  });

  it.each(['dangling=maybe', 'dangling='])('refuse %s', (filter) =>
    expect(() => parseVolumeFilters([filter])).toThrow(`Invalid filter '${filter}'`),
  );

  it('refuse two that say the opposite', () =>
    expect(() => parseVolumeFilters(['dangling=1', 'dangling=false'])).toThrow("Invalid filter 'dangling=1,false'"));
});

describe('filters of prune', () => {
  it('take what was made before a moment', () => {
    const old = (filter: string) => parsePruneFilters([filter])(CONTAINERS.web as Container);
    expect([old('until=2026-01-15'), old('until=2025-12-31'), old('label=x'), old('label!=x')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(() => parsePruneFilters(['until=soon'])).toThrow('--filter until "soon" is not a time');
    expect(() => parsePruneFilters(['until=1h', 'until=2h'])).toThrow('more than one until filter specified');
  });
});
