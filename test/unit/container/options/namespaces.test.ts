import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../../../../src/container/record.js';
import { containerOf } from '../../../../src/container/start/shared-namespaces.js';
import { CONFIG } from '../../../../src/container/store/formats.js';
import { parseNamespaces } from '../../../../src/docker/namespaces/modes.js';

describe('the namespaces that are asked for', () => {
  it('are a container’s own where nothing is said, and where an option is empty', () => {
    expect(parseNamespaces({})).toEqual({});
    expect(parseNamespaces({ ipc: '', pid: '', uts: '', cgroupns: '', domainname: '' })).toEqual({});
  });

  it.each(['none', 'private', 'shareable', 'host', 'container:web'])('--ipc %s', (ipc) => {
    expect(parseNamespaces({ ipc })).toEqual({ ipc });
  });

  it.each([
    { pid: 'host' },
    { pid: 'container:web' },
    { uts: 'host' },
    { cgroupns: 'host' },
    { cgroupns: 'private' },
    { domainname: 'example.com' },
    { hostname: 'box', domainname: 'x' },
  ])('%j', (flags) => {
    const { hostname: _, ...modes } = { hostname: undefined, ...flags };
    expect(parseNamespaces(flags)).toEqual(modes);
  });

  it('are another container’s by its name or its id, whatever that is', () => {
    expect(['container:web', 'container:a:b', 'container:', 'host', undefined].map(containerOf)).toEqual([
      'web',
      'a:b',
      '',
      undefined,
      undefined,
    ]);
  });
});

describe('what is kept of them', () => {
  const id = 'a'.repeat(64);
  const kept = (modes: object) =>
    CONFIG.parse({ ...RECORD, ...modes }, '') as unknown as Record<keyof ContainerConfig, unknown>;

  it('is read as it was written', () => {
    const modes = { ipc: `container:${id}`, pid: 'host', uts: 'host', cgroupns: 'private', domainname: 'x.y' };
    expect(kept(modes)).toMatchObject(modes);
    expect(kept({})).not.toHaveProperty('ipc');
  });

  it.each([
    [{ ipc: 'container:web' }, 'ipc is "container:web", not one of none, private, shareable, host'],
    [{ pid: 'private' }, 'pid is "private", not one of host'],
    [{ uts: `container:${id}` }, 'uts is '],
    [{ cgroupns: '' }, 'cgroupns is "", not one of host, private'],
  ])('is nothing else: %j', (modes, message) => {
    expect(() => kept(modes)).toThrow(message);
  });

  const RECORD = {
    ...{ id, name: 'box', image: 'busybox', layers: [], created: '2026-01-01T00:00:00Z', labels: {}, hostname: 'box' },
    process: { args: ['sh'], env: [], cwd: '/', user: '', tty: false, interactive: false },
    ...{ mounts: [], readOnly: false, network: 'none', resources: {}, init: false, stopSignal: 'SIGTERM' },
    ...{ restart: { name: 'no' }, autoRemove: false, detached: false, skip: [] },
  };
});
