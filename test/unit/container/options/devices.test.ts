import { describe, expect, it } from 'vitest';
import { parseDevices } from '../../../../src/docker/options/devices/device.js';
import { parseRates } from '../../../../src/docker/options/devices/rates.js';
import { UserError } from '../../../../src/kernel/errors/user-error.js';

const device = (word: string) => parseDevices({ device: [word] }).devices?.[0];

describe('--device', () => {
  it.each([
    ['/dev/fuse', { host: '/dev/fuse', container: '/dev/fuse', access: 'rwm' }],
    ['/dev/sda:r', { host: '/dev/sda', container: '/dev/sda', access: 'r' }],
    ['/dev/sda:/dev/disk', { host: '/dev/sda', container: '/dev/disk', access: 'rwm' }],
    ['/dev/sda:/dev/./disk:mr', { host: '/dev/sda', container: '/dev/disk', access: 'mr' }],
    ['dev:/dev/x', { host: 'dev', container: '/dev/x', access: 'rwm' }],
  ])('%s', (word, found) => {
    expect(device(word)).toEqual(found);
  });

  it.each([
    ['', 'bad format for path: '],
    [':/dev/x', 'bad format for path: :/dev/x'],
    ['/a:/b:r:w', 'bad format for path'],
    ['/dev/sda:/dev/x:rx', 'bad mode specified: rx'],
    ['/dev/sda:/dev/x:rr', 'bad mode specified: rr'],
    ['/dev/sda:x', 'x is not an absolute path'],
    ['dev/sda', 'dev/sda is not an absolute path'],
    ['/dev/sda:/proc/x', '"/proc/x" cannot be mounted'],
  ])('%s is refused', (word, message) => {
    expect(() => device(word)).toThrow(UserError);
    expect(() => device(word)).toThrow(message);
  });
});

describe('--device-cgroup-rule', () => {
  it.each(['c 10:229 rwm', 'b 8:* r', 'a *:* rwm'])('%s', (rule) => {
    expect(parseDevices({ deviceCgroupRule: [rule] })).toEqual({ deviceRules: [rule] });
  });

  it.each(['', 'c 10:229', 'd 1:2 r', 'c 1 r', 'c 1:2 x', 'c  1:2 r', 'c 1:2 rwmr'])('%j is refused', (rule) => {
    expect(() => parseDevices({ deviceCgroupRule: [rule] })).toThrow(`invalid device cgroup format '${rule}'`);
  });
});

describe('--device-read-bps and so on', () => {
  it('are rates of disks', () => {
    expect(parseRates({ deviceReadBps: ['/dev/sda:1mb', '/dev/sdb:7'], deviceWriteIops: ['/dev/sda:100'] })).toEqual({
      deviceReadBps: [
        { path: '/dev/sda', rate: 2 ** 20 },
        { path: '/dev/sdb', rate: 7 },
      ],
      deviceWriteIops: [{ path: '/dev/sda', rate: 100 }],
    });
    expect(parseRates({})).toEqual({});
  });

  it.each([
    ['/dev/sda', 'bad format: /dev/sda'],
    [':1mb', 'bad format: :1mb'],
    ['/tmp/x:1mb', 'bad format for device path: /tmp/x:1mb'],
    ['/dev/sda:-1', 'invalid rate for device: /dev/sda:-1. The correct format is <device-path>:<number>[<unit>]'],
    ['/dev/sda:1x', 'invalid argument "1x"'],
  ])('%s is refused', (word, message) => {
    expect(() => parseRates({ deviceWriteBps: [word] })).toThrow(UserError);
    expect(() => parseRates({ deviceWriteBps: [word] })).toThrow(message);
  });

  it('of operations have no unit', () => {
    expect(() => parseRates({ deviceReadIops: ['/dev/sda:1k'] })).toThrow(
      '<device-path>:<number>. Number must be a positive',
    );
  });
});
