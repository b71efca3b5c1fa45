import { describe, expect, it } from 'vitest';
import { parseResources } from '../../../../src/docker/options/resources.js';
import { parseSize } from '../../../../src/docker/options/size.js';
import { UserError } from '../../../../src/kernel/errors/user-error.js';

describe('a size', () => {
  it.each([
    ['64m', 64 * 2 ** 20],
    ['64M', 64 * 2 ** 20],
    ['64mb', 64 * 2 ** 20],
    ['64MiB', 64 * 2 ** 20],
    ['1.5g', 1.5 * 2 ** 30],
    ['512k', 512 * 1024],
    ['12345', 12345],
    ['7b', 7],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parseSize('-m', text)).toBe(bytes);
  });

  it.each(['', 'm', '1x', '-1m', '1 000m', '64mm', '1e3', '0x10', '9999999999999t'])('%j is none', (text) => {
    expect(() => parseSize('-m', text)).toThrow(UserError);
    expect(() => parseSize('-m', text)).toThrow(/for "-m" flag: a size such as 64m/);
  });
});

describe('limits', () => {
  it('are none where none is asked for', () => {
    expect(parseResources({}, 4)).toEqual({});
  });

  it('of memory are as they are given, and 0 and a swappiness of -1 are none', () => {
    const flags = { memory: '64m', memorySwap: '-1', memoryReservation: '32m', memorySwappiness: '100' };
    const found = { memory: 64 << 20, memorySwap: -1, memoryReservation: 32 << 20, memorySwappiness: 100 };
    expect(parseResources({ ...flags, oomKillDisable: true }, 2)).toEqual({ ...found, oomKillDisable: true });
    expect(parseResources({ memorySwap: '0', memoryReservation: '0', memorySwappiness: '-1' }, 2)).toEqual({});
  });

  // moby, verifyPlatformContainerResources() in daemon/daemon_unix.go.
  it.each([
    [{ memory: '64m', memorySwap: '32m' }, 'Minimum memoryswap limit should be larger than memory limit, see usage'],
    [{ memorySwap: '32m' }, 'You should always set the Memory limit when using Memoryswap limit, see usage'],
    [{ memory: '8m', memoryReservation: '9m' }, 'Minimum memory limit can not be less than memory reservation limit'],
    [{ blkioWeight: '9' }, 'Range of blkio weight is from 10 to 1000'],
    [{ blkioWeight: '1001' }, 'Range of blkio weight is from 10 to 1000'],
    [{ memorySwappiness: '101' }, 'Invalid value: 101, valid memory swappiness range is 0-100'],
    [{ memoryReservation: '1m' }, 'invalid argument "1m" for "--memory-reservation" flag'],
    [{ cpusetMems: 'x' }, 'invalid argument "x" for "--cpuset-mems" flag: a list of memory nodes such as 0-2,4'],
  ])('refuse %j', (flags, message) => {
    expect(() => parseResources(flags, 2)).toThrow(message);
  });

  it('turn --cpus into a quota in each period', () => {
    expect(parseResources({ cpus: '1.5' }, 2)).toEqual({ nanoCpus: 1_500_000_000 });
    expect(parseResources({ cpus: '.25' }, 2)).toEqual({ nanoCpus: 250_000_000 });
    expect(parseResources({ cpus: '0' }, 2)).toEqual({});
  });

  it('take quota and period as they are', () => {
    expect(parseResources({ cpuQuota: '20000', cpuPeriod: '50000' }, 2)).toEqual({
      cpuQuota: 20_000,
      cpuPeriod: 50_000,
    });
  });

  it.each(['3', '2.01', '0.001'])('refuse --cpus %s on a machine with two', (cpus) => {
    expect(() => parseResources({ cpus }, 2)).toThrow(/from 0.01 to 2.00, as there are only 2 CPUs/);
  });

  it.each(['', 'two', '-1', '1e1'])('refuse --cpus %j, which is no number', (cpus) => {
    expect(() => parseResources({ cpus }, 2)).toThrow(/a number such as 1.5/);
  });

  it.each([
    [{ cpuQuota: '1000' }, '--cpu-quota'],
    [{ cpuPeriod: '1000' }, '--cpu-period'],
  ])('refuse --cpus together with what it stands for', (other, name) => {
    expect(() => parseResources({ cpus: '1', ...other }, 2)).toThrow(
      expect.objectContaining({
        status: 2,
        message: `Conflicting options: --cpus and ${name} cannot both be set`,
        remedy: '--cpus 0.5 is the same as --cpu-period 100000 --cpu-quota 50000.',
      }),
    );
  });

  it.each([{ cpuPeriod: '999' }, { cpuPeriod: '1000001' }, { cpuQuota: '999' }, { cpuQuota: 'x' }])(
    'refuse %j, as the kernel would',
    (flags) => {
      expect(() => parseResources(flags, 2)).toThrow(UserError);
    },
  );

  it('know the least memory that makes sense, and that 0 is none', () => {
    expect(parseResources({ memory: '6m' }, 2)).toEqual({ memory: 6 * 2 ** 20 });
    expect(parseResources({ memory: '0' }, 2)).toEqual({});
    expect(() => parseResources({ memory: '1k' }, 2)).toThrow(/the least memory limit is 6m/);
  });

  it('take shares, CPUs and processes, and Docker’s words for none', () => {
    expect(parseResources({ cpuShares: '512', cpusetCpus: '0-1,3', pidsLimit: '20' }, 4)).toEqual({
      cpuShares: 512,
      cpusetCpus: '0-1,3',
      pids: 20,
    });
    expect(parseResources({ cpuShares: '0', pidsLimit: '-1', blkioWeight: '0' }, 4)).toEqual({});
    expect(parseResources({ cpuShares: '1' }, 4)).toEqual({ cpuShares: 2 });
  });

  it.each([
    { cpusetCpus: '0-' },
    { cpusetCpus: 'all' },
    { pidsLimit: '-2' },
    { pidsLimit: '1.5' },
    { cpuShares: '-1' },
  ])('refuse %j', (flags) => {
    expect(() => parseResources(flags, 2)).toThrow(UserError);
  });
});
