import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../../../src/container/record.js';
import { type ContainerState, NEW_STATE } from '../../../src/container/state.js';
import type { Container } from '../../../src/container/store/store.js';
import { parseContainerFilters, showsStopped } from '../../../src/docker/filters/containers.js';
import { collectFilter } from '../../../src/docker/filters/filter.js';
import { matcher } from '../../../src/docker/filters/pattern.js';
import { parsePruneFilters } from '../../../src/docker/filters/prune.js';
import { parseVolumeFilters, parseVolumePruneFilters } from '../../../src/docker/filters/volumes.js';
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
    labels: {},
    mounts: [],
    network: 'none',
    restart: { name: 'no' },
  };
  return { directory: '', config: { ...usual, ...config } as ContainerConfig, state: { ...NEW_STATE, ...state } };
}

const EXPOSED = { protocol: 'tcp', containerPort: 443 } as const;
const PORTS = [
  { protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8080, containerPort: 80 },
  { protocol: 'udp', hostIp: '', hostPort: 53, containerPort: 5353 },
] as const;

const CONTAINERS: Record<string, Container> = {
  web: container({
    config: { id: 'ab'.repeat(32), labels: { tier: 'front', empty: '' }, network: 'net', expose: [EXPOSED] },
    state: { status: 'running', startedAt: 'x', ports: PORTS },
  }),
  webx: container({
    config: { name: 'webx', labels: { tier: 'back' }, network: 'host', image: 'busybox:1.36' },
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
    [['id=abab'], 'web'],
    [['id=baba'], ''],
    [['id='], 'web webx gone new'],
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
    [['label=tier'], 'web webx'],
    [['label=tier=front'], 'web'],
    [['label=tier', 'label=empty='], 'web'],
    [['label=tier=front', 'label=tier=back'], ''],
    [['label=constructor'], ''],
    [['health=none', 'is-task=0'], 'web webx gone new'],
    [['publish=8080'], 'web'],
    [['publish=8000-8080/tcp'], 'web'],
    [['publish=80/tcp'], ''],
    [['publish=443'], ''],
    [['publish=0'], ''],
    [['publish=53', 'publish=53/udp'], 'web'],
    [['expose=80'], 'web'],
    [['expose=443/tcp'], 'web'],
    [['expose=5353'], ''],
    [['expose=5353/udp'], 'web'],
    [['expose=5353/sctp'], ''],
    [[], 'web webx gone new'],
  ])('%j: %s', (filters, expected) => expect(names(...filters)).toBe(expected));

  it.each([
    ['colour=blue', /^invalid filter 'colour'/],
    ['constructor=1', /^invalid filter 'constructor'/],
    ['=x', /^invalid filter ''/],
    ['status=foo', /^invalid filter 'status=foo'$/],
    ['status=', /^invalid filter 'status='$/],
    ['exited=x', /^invalid filter 'exited=x'$/],
    ['health=good', /^invalid filter 'health=good'$/],
    ['is-task=maybe', /^invalid filter 'is-task=maybe'$/],
    ['publish=http', /^invalid filter 'publish=http'$/],
  ])('%s is refused', (filter, message) => expect(() => parseContainerFilters([filter])).toThrow(message));

  it('refuse what is no name=value, and take the empty one for none', () => {
    expect(() => collectFilter('web', [])).toThrow('bad format of filter (expected name=value)');
    expect(collectFilter('', ['a=b'])).toEqual(['a=b']);
  });

  it('show what does not run where the status is asked for', () =>
    expect([['status=exited'], [' Status =exited'], ['name=x']].map(showsStopped)).toEqual([true, true, false]));
});

describe('filters of volume ls', () => {
  const volume = (name: string, anonymous: boolean): Volume => ({
    ...{ name, anonymous, source: '/v', created: '', options: {} },
    labels: anonymous ? {} : { tier: 'back' },
  });
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
    expect(() => parseVolumeFilters([filter])).toThrow(`invalid filter '${filter}'`),
  );

  it('refuse two that say the opposite', () =>
    expect(() => parseVolumeFilters(['dangling=1', 'dangling=false'])).toThrow("invalid filter 'dangling=1,false'"));
});

describe('filters of volume prune', () => {
  const volume = (name: string, anonymous: boolean, labels = {}): Volume => ({
    ...{ name, anonymous, labels, source: '/v', created: '', options: {} },
  });
  const volumes = [volume('data', false, { tier: 'back' }), volume('plain', false), volume('0', true)];
  const found = (all: boolean, ...filters: string[]) =>
    volumes.filter(parseVolumePruneFilters(filters, all)).map(({ name }) => name);

  it('are about anonymous volumes, unless all are meant', () => {
    expect([found(false), found(true), found(false, 'all=1')]).toEqual([
      ['0'],
      ['data', 'plain', '0'],
      ['data', 'plain', '0'],
    ]);
    expect([found(true, 'label=tier'), found(true, 'label!=tier')]).toEqual([['data'], ['plain', '0']]);
    expect(found(false, 'label=tier')).toEqual([]);
  });

  it('refuse what contradicts, and what docker does not know', () => {
    expect(() => found(true, 'all=1')).toThrow('cannot specify both --all and --filter all=1');
    expect(() => found(false, 'until=1h')).toThrow("invalid filter 'until'");
    expect(() => found(false, 'all=maybe')).toThrow("invalid filter 'all=maybe'");
  });
});

describe('filters of prune', () => {
  it('take what was made before a moment', () => {
    const old = (filter: string) => parsePruneFilters([filter])(CONTAINERS.web as Container);
    expect([old('until=2026-01-15'), old('until=2025-12-31')]).toEqual([true, false]);
    expect(() => parsePruneFilters(['until=soon'])).toThrow('--filter until "soon" is not a time');
    expect(() => parsePruneFilters(['until=1h', 'until=2h'])).toThrow('more than one until filter specified');
  });

  it('take what has all of some labels, or has not all of others', () => {
    const taken = (...filters: string[]) => parsePruneFilters(filters)(CONTAINERS.web as Container);
    expect([taken('label=tier'), taken('label=tier=front', 'label=empty'), taken('label=x')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([taken('label!=x'), taken('label!=tier'), taken('label!=tier', 'label!=x')]).toEqual([true, false, true]);
  });
});
