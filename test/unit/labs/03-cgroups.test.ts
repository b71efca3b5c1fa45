import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cgroupsLab } from '../../../labs/03-cgroups/lab.js';
import { secondsIn } from '../../../labs/03-cgroups/steps/account.js';
import { DEFAULTS, type Machine, parseOptions } from '../../../labs/03-cgroups/steps/options.js';
import { busy, sizeOfBomb } from '../../../labs/03-cgroups/steps/programs.js';
import { near, shareOf } from '../../../labs/03-cgroups/steps/shares.js';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { FILES } from '../../../src/cgroup/files.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { includeCode } from '../../../src/lesson/include.js';
import { loadLesson } from '../../../src/lesson/lesson.js';
import { packageRoot } from '../../../src/state/package-root.js';
import { tellsOfStep } from '../../support/anatomy.js';

const ROOMY: Machine = { available: 8 * 2 ** 30 };

describe('the options of lab 03', () => {
  it('are those of the catalogue when nothing is said', () => {
    const [options] = CATALOGUE.filter(({ id }) => id === '03-cgroups').map(({ options }) => options);
    const inCatalogue = options?.map((option) => [option.flags.split(/[- ]+/)[1], option.default]);
    expect(Object.fromEntries(inCatalogue ?? [])).toEqual(DEFAULTS);
    expect(parseOptions({}, ROOMY)).toEqual({ cpus: 0.2, memory: 32 * 2 ** 20, pids: 16, seconds: 2 });
  });

  it.each([
    ['20%', 0.2],
    ['20', 0.2],
    ['20 %', 0.2],
    ['12.5%', 0.125],
    ['1%', 0.01],
    ['150%', 1.5],
    ['10000%', 100],
  ])('takes a quota of %s as %d CPUs', (quota, cpus) => {
    expect(parseOptions({ quota }, ROOMY).cpus).toBeCloseTo(cpus, 10);
  });

  it.each([
    ['32m', 32 * 2 ** 20],
    ['32M', 32 * 2 ** 20],
    ['32MiB', 32 * 2 ** 20],
    ['16777216', 2 ** 24],
    ['8192k', 2 ** 23],
    ['0.5g', 2 ** 29],
    ['6m', 6 * 2 ** 20],
    ['1g', 2 ** 30],
  ])('takes a memory limit of %s as %d bytes', (memory, bytes) => {
    expect(parseOptions({ memory }, ROOMY).memory).toBe(bytes);
  });

  it.each([
    ['quota', '0', 'nothing could run'],
    ['quota', '0%', 'nothing could run'],
    ['quota', '0.2', 'write 20%'],
    ['quota', '0.5%', 'at least 1 ms'],
    ['quota', '10001%', 'more than 100 CPUs'],
    ['quota', '-5%', 'not a percentage'],
    ['quota', '20%%', 'not a percentage'],
    ['quota', 'Infinity', 'not a percentage'],
    ['quota', '1e3', 'not a percentage'],
    ['quota', '', 'not a percentage'],
    ['memory', '1', 'too small to start anything'],
    ['memory', '0', 'too small to start anything'],
    ['memory', '6291455', 'too small to start anything'],
    ['memory', '2g', 'twice as much'],
    ['memory', '32x', 'not a size'],
    ['memory', 'm', 'not a size'],
    ['memory', '-32m', 'not a size'],
    ['pids', '0', 'the shell is one process'],
    ['pids', '1', 'the shell is one process'],
    ['pids', '501', 'twice as many'],
    ['pids', '2.5', 'not a whole number'],
    ['pids', 'many', 'not a whole number'],
    ['seconds', '0', 'a few of them have to pass'],
    ['seconds', '61', 'several measurements'],
    ['seconds', 'soon', 'not a number of seconds'],
  ])('refuse --%s %s: %s', (option, value, why) => {
    const refusal = refusalOf({ [option]: value });
    expect(refusal).toBeInstanceOf(UserError);
    expect(refusal?.message).toContain(`--${option} "${value}" is not possible: `);
    expect(refusal?.message).toContain(why);
    expect(refusal).toMatchObject({ status: 2, remedy: expect.stringMatching(/^Allowed: .*\d/) });
  });

  it('refuse a memory limit that the machine could not show', () => {
    expect(refusalOf({ memory: '512m' }, { available: 2 ** 30 })?.message).toContain('1024 MiB are free');
    expect(refusalOf({ memory: '256m' }, { available: 2 ** 30 })).toBeUndefined();
  });
});

describe('a share', () => {
  const MARKS = [
    { time: 10, usage: 1 },
    { time: 11, usage: 2 },
    { time: 12, usage: 2.2 },
    { time: 14, usage: 2.6 },
  ];

  it('is CPU time for wall time, over all and from mark to mark', () => {
    const { value, series, interval } = shareOf(MARKS);
    expect(value).toBeCloseTo(0.4, 10);
    expect(series.map((one) => one.toFixed(3))).toEqual(['1.000', '0.200', '0.200']);
    expect(interval).toBeCloseTo(4 / 3, 10);
  });

  it('is as expected, give or take', () => {
    expect(near(0.21, 0.2, 0.02)).toEqual([true, { expected: '0.20 ± 0.02', actual: '0.210' }]);
    expect(near(0.23, 0.2, 0.02)[0]).toBe(false);
    expect(near(0.17, 0.2, 0.02)[0]).toBe(false);
  });
});

describe('the programs of lab 03', () => {
  it('are as many loops as asked for', () => {
    expect(busy(1)).toBe('while :; do :; done');
    expect(busy(3).split(' | ')).toHaveLength(3);
  });

  it('are a bomb of a known size', () => {
    expect([0, 1, 2, 3].map(sizeOfBomb)).toEqual([1, 3, 7, 15]);
  });

  it.each([
    ['dash', '0m0.050000s 0m0.020000s\n0m0.050000s 0m0.000000s\n', 0.12],
    ['busybox', '16 MiB\n0m0.05s 0m0.02s\n0m0.05s 0m0.00s\n', 0.12],
    ['bash', '1m0.250s\t0m0.050s\n0m0.200s\t0m0.000s\n', 60.5],
  ])('say their times as %s does', (_, output, seconds) => {
    expect(secondsIn(output)).toBeCloseTo(seconds, 10);
  });
});

describe('the lesson of lab 03', () => {
  const lesson = includeCode(loadLesson('03-cgroups'));

  it('has a narrated section for each step and the host, in their order', () => {
    const narrated = lesson.sections.filter(tellsOfStep);
    expect(narrated.map(({ id }) => id)).toEqual([...cgroupsLab.steps, 'host']);
    for (const { narration } of narrated) expect(narration).toMatch(/\.$/);
  });

  it('names every file of both layouts that a step is about', () => {
    const text = readFileSync(join(packageRoot(), lesson.file), 'utf8');
    const names = Object.values(FILES).flatMap(([, v1, v2]) => [v1, v2]);
    const told = names.filter((name) => text.includes(`\`${name}\``));
    expect(names.filter((name) => !told.includes(name) && !INTERNAL.has(name))).toEqual([]);
  });

  it('says the docker flag and the OCI field of each limit', () => {
    for (const flag of ['--cpus', '--cpu-shares', '--cpuset-cpus', '--memory', '--pids-limit', 'docker pause']) {
      expect(lesson.meta.docker).toContain(flag);
    }
    for (const field of ['cpu.quota', '.shares', '.cpus', 'memory.limit', 'pids.limit']) {
      expect(lesson.meta.oci).toContain(field);
    }
  });
});

/** Files that tslab reads or falls back on, and no step is about. */
const INTERNAL = new Set([
  'cpuset.effective_cpus',
  'cpuset.cpus.effective',
  'cpuset.effective_mems',
  'cpuset.mems.effective',
  'memory.swappiness',
  'memory.stat',
  'pids.peak',
  'io.max',
  ...['read', 'write'].flatMap((way) => [`blkio.throttle.${way}_bps_device`, `blkio.throttle.${way}_iops_device`]),
]);

function refusalOf(flags: Record<string, string>, machine = ROOMY): UserError | undefined {
  try {
    parseOptions(flags, machine);
    return undefined;
  } catch (error) {
    return error as UserError;
  }
}
