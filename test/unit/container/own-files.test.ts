import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownMounts, ownTexts } from '../../../src/container/files/own-files.js';
import type { ContainerConfig, MountConfig } from '../../../src/container/record.js';

const HOST = { hosts: '127.0.0.1 localhost\n10.0.0.1 outer', resolvConf: 'nameserver 10.0.0.2\n', hostname: 'outer' };

function texts(config: Partial<ContainerConfig>) {
  return ownTexts({ hostname: 'box', name: 'web', network: 'none', ...config } as ContainerConfig, HOST);
}

describe('what a container has in /etc of its own', () => {
  it('is its host name', () => {
    expect(texts({}).hostname).toBe('box\n');
  });

  it('names localhost and itself, by all its names', () => {
    expect(texts({}).hosts).toBe(
      '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n' +
        'ff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n127.0.1.1\tbox web\n',
    );
    expect(texts({ hostname: 'box.example.com' }).hosts).toMatch(/\n127\.0\.1\.1\tbox\.example\.com box web\n$/);
    expect(texts({})['resolv.conf']).toBe('');
  });

  it('is the host’s where it shares the network, with a name of its own added', () => {
    const shared = texts({ network: 'host', hostname: 'outer' });
    expect(shared).toEqual({ hostname: 'outer\n', hosts: HOST.hosts, 'resolv.conf': HOST.resolvConf });
    expect(texts({ network: 'host' }).hosts).toBe(`${HOST.hosts}\n127.0.1.1\tbox\n`);
  });

  it('has lines that were asked for; the host is the lo of who shares its network', () => {
    const extraHosts = ['db:10.0.0.9', 'six:fd00::9', 'up:host-gateway'];
    expect(() => texts({ extraHosts })).toThrow('unable to derive the IP value for host-gateway');
    expect(texts({ extraHosts: extraHosts.slice(0, 2) }).hosts).toMatch(
      /allrouters\n10\.0\.0\.9\tdb\nfd00::9\tsix\n127\.0\.1\.1\tbox web\n$/,
    );
    const shared = texts({ network: 'host', hostname: 'outer', extraHosts }).hosts;
    expect(shared).toBe(`${HOST.hosts}\n10.0.0.9\tdb\nfd00::9\tsix\n127.0.0.1\tup\n`);
  });

  it('asks the name servers that were asked for, and keeps of the host’s file the rest', () => {
    const dns = { servers: ['10.0.0.3', 'fd00::3'], search: [], options: ['ndots:2'] };
    const conf = (network: string) => texts({ network, dns })['resolv.conf'];
    expect(conf('none')).toBe('nameserver 10.0.0.3\nnameserver fd00::3\noptions ndots:2\n');
    const HOST_CONF = { ...HOST, resolvConf: 'search a.example b.example\nnameserver 10.0.0.2\noptions rotate\n' };
    const config = { hostname: 'box', name: 'web', network: 'host', dns };
    expect(ownTexts(config, HOST_CONF)['resolv.conf']).toBe(
      'nameserver 10.0.0.3\nnameserver fd00::3\nsearch a.example b.example\noptions ndots:2\n',
    );
    const without = { ...config, dns: { servers: [], search: ['.'], options: [] } };
    expect(ownTexts(without, HOST_CONF)['resolv.conf']).toBe('nameserver 10.0.0.2\noptions rotate\n');
  });
});

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-own-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('where it is mounted', () => {
  const places = (...mounts: Partial<MountConfig>[]) =>
    ownMounts('/c', { mounts, readOnly: false } as unknown as ContainerConfig).map(({ target }) => target);
  const bind = (target: string, readOnly = false) => ({ type: 'bind' as const, source: directory, target, readOnly });
  const all = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];

  it('is in /etc, read-only where the root is', () => {
    expect(places()).toEqual(all);
    expect(ownMounts('/c', { mounts: [], readOnly: true } as unknown as ContainerConfig)).toContainEqual({
      type: 'bind',
      source: '/c/hosts',
      target: '/etc/hosts',
      readOnly: true,
      propagation: 'rprivate',
    });
  });

  it('is not where the user wants something else', () => {
    expect(places(bind('/etc/hosts'))).toEqual(['/etc/hostname', '/etc/resolv.conf']);
    expect(places(bind('/data'), { type: 'tmpfs', target: '/etc', options: '' })).toEqual(all);
  });

  it('is not below a file that is mounted on /etc', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(places({ ...bind('/etc'), source: file } as MountConfig)).toEqual([]);
  });

  it('is in a volume on /etc, but for what has no room there', () => {
    writeFileSync(join(directory, 'hosts'), '');
    mkdirSync(join(directory, 'hostname'));
    symlinkSync('/etc/passwd', join(directory, 'resolv.conf'));
    expect(places(bind('/etc'))).toEqual(['/etc/hosts']);
    rmSync(join(directory, 'resolv.conf'));
    expect(places(bind('/etc'))).toEqual(['/etc/hosts', '/etc/resolv.conf']);
    expect(places(bind('/etc', true))).toEqual(['/etc/hosts']);
  });
});
