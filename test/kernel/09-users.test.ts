import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { mapText } from '../../labs/09-users/calls/maps.js';
import { usersLab } from '../../labs/09-users/lab.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/09-users.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { runAsOrdinaryUser } from './ordinary-user.js';
import { expectHeld, expectOrder, expectWellFormed, type Told, tellWithout, useLab } from './support.js';

const users = usersOfTheMachine();
const lab = useLab(usersLab);

describe('lab 09-users', () => {
  beforeEach((test) => {
    needs(test, 'root');
    needs(test, 'newuidmap');
  });

  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('names the one write by which the ids of the container came', () => {
    const [map] = lab.told.seen('map', /\/uid_map$/);
    expect(map?.value?.trim().split(/\s+/)).toEqual(['0', '100000', '65536']);
    expect(map?.changedBy).toMatch(/^write\(\d+, "0 100000 65536\\n", 15\)$/);
  });

  it('leaves a process without a map the user that it was', () => {
    const [status] = lab.told.seen('newuser', /\/status$/);
    expect(status?.value).toBe('Uid:\t0\t0\t0\t0');
    expect(lab.told.seen('newuser', /\/uid_map$/)[0]?.value).toBe('');
  });

  it('asks for the clock without a time: root of the host would change nothing', () => {
    const clock = lab.told.all('syscall').filter(({ name }) => name === 'settimeofday');
    expect(clock.map(({ text, errno }) => [text, errno])).toEqual([['settimeofday(NULL, NULL)', 'EPERM']]);
  });

  it('mounts the overlay read-only without an error, where root itself does it', () => {
    const mounted = callsOf('idmap').filter(({ text }) => text.startsWith('mount("overlay"'));
    expect(mounted.map(({ result }) => result)).toEqual([0, 0]);
    const made = callsOf('idmap').filter(({ text }) => text.includes('"etc/new"'));
    expect(made.map(({ errno }) => errno)).toEqual([undefined, 'EROFS']);
  });

  it('reads the range of the ordinary user in a /etc of its own', () => {
    expect(lab.told.seen('subids', /\/root\/etc\/subuid$/)[0]?.value).toBe('student:200000:65536');
    expect(lab.told.printed('subids')).toMatch(/newuidmap: uid range \[1-65537\) -> \[265536-331072\) not allowed/);
    const [map] = lab.told.seen('subids', /\/uid_map$/);
    expect(map?.value?.split('\n').map((line) => line.trim().split(/\s+/))).toEqual([
      ['0', '1000', '1'],
      ['1', '200000', '65536'],
    ]);
  });

  it('leaves users and their ids on this machine as they are', () => {
    expect(usersOfTheMachine()).toEqual(users);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  map: [
    'map: its uid inside',
    'map: owner of its file, inside',
    'map: owner of its file, on the host',
    'map: a second map',
  ],
  order: ['order: lo up, user namespace first'],
  idmap: [
    'idmap: owners of the image’s files and of a new one, inside',
    'idmap: owner and group of the new file, on the disk',
  ],
  volume: [
    'volume: owners in an id-mapped mount',
    'volume: a new file there, too',
    'volume: owner and group of that file, on the host',
  ],
  enter: [
    'enter: uid after setresuid(0), too',
    'enter: capabilities of that program: all',
    'enter: that uid on the host',
  ],
};

describe('lab 09-users without', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(usersLab.skippable)('%s fails the checks that depend on it, and leaves the machine alone', async (step) => {
    await tellWithout(step, lab, ABLATIONS[step] ?? []);
    expect(usersOfTheMachine()).toEqual(users);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('lab 09-users, run by an ordinary user', () => {
  let told: Told;

  beforeEach((test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
    told ??= runAsOrdinaryUser('labs/09-users/lab', 'usersLab');
  });

  it('holds, without what takes root, and without ids that nobody has given', () => {
    expect(told.broken).toEqual([]);
    expect(told.events[0]).toMatchObject({ type: 'lab', root: false });
    expectOrder(told, usersLab);
    expectWellFormed(told.events);
    const { impossible, status } = told.end;
    expect(status).toBe('held');
    expect(impossible?.filter((step) => step !== 'subids')).toEqual([
      ...['root-is-root', 'image', 'idmap', 'volume', 'enter'],
    ]);
  });

  it('is told the reason of what is left out, and what would help', () => {
    const left = told.steps.filter(({ impossible }) => impossible);
    for (const { prose } of left) expect(prose).toMatch(/^Not possible here: .+ (tslab doctor|Remedy: )/);
  });

  it('is root inside, and outside who it was', () => {
    const [map] = told.seen('map', /\/uid_map$/);
    const [, outside, size] = map?.value?.trim().split(/\s+/) ?? [];
    expect(size).toBe('1');
    expect(told.seen('map', /\/file$/)[0]?.value?.split(' ')[0]).toBe(outside);
  });
});

describe('a map', () => {
  it('is a line for each range, in one text', () => {
    const map = [
      { containerID: 0, hostID: 1000, size: 1 },
      { containerID: 1, hostID: 100_000, size: 65_536 },
    ];
    expect(mapText(map)).toBe('0 1000 1\n1 100000 65536\n');
  });
});

/** The calls of a step's children that are not folded. */
function callsOf(step: string) {
  return lab.told.all('syscall').filter((one) => one.step === step && one.by === 'child' && !one.housekeeping);
}

function usersOfTheMachine(): string[] {
  return ['passwd', 'group', 'subuid', 'subgid'].map((name) => read(`/etc/${name}`));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return 'not there';
  }
}
