import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/lab/events.js';
import { matchName, nameIn, namesOf } from '../../src/lesson/names.js';

const NAMES = namesOf('zh');
const SOURCE = [
  ...filesIn('labs', '.ts'),
  ...filesIn('src/lab', '.ts'),
  ...filesIn('src/rootfs', '.ts'),
  ...filesIn('src/doctor', '.ts'),
  ...filesIn('src/overlay', '.ts'),
]
  .map((file) => readFileSync(file, 'utf8').replace(/\$\{[^}]*\}/g, '*'))
  .join('\n');
const RUNS: LabEvent[] = filesIn('lessons/runs', '.jsonl').flatMap((file) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line)),
);

/** In values of checks: what programs, files and the kernel say. */
const NOT_OURS = [
  'hello again',
  'PID 1 is still here',
  'my child is PID 1',
  'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero',
  'Read-only file system',
  'touch: /sys/kernel/notes: Read-only file system',
  "sh: can't create /proc/sys/vm/swappiness: Read-only file system",
  'A was here',
  'B was here',
  'no note',
  'colour data logs news',
  'default via 172.30.0.1 dev eth0',
  'monday tuesday',
  'demo/logs/.wh.monday demo/logs/.wh.tuesday demo/.wh.old',
  'mnt pid net ipc uts',
  'COLOUR=green in /tmp',
  'no such file',
  'for root only',
  'all started',
  'from the container',
  'from the host',
  'No space left on device',
  'note settings',
  'beside-it data',
  'a file of the host',
  'as it was',
  'a password',
  'typed by the user',
  'lo eth0',
  'ARP: who has 172.30.0.2? tell 172.30.0.3',
  'ARP: 172.30.0.2 is at 02:42:ac:1e:00:02',
  'iello from version 1',
  'hello from version 1',
  'hello from version changed',
  'good morning',
  'hello news version',
  'hello news notes version',
  'app/ app/version',
  'app 1 with log web',
];

describe('the Chinese names of what labs tell', () => {
  it('are there for all that the recorded runs tell', () => {
    const told = RUNS.flatMap(nameOf);
    expect(told.length).toBeGreaterThan(200);
    expect([...new Set(told)].filter((name) => nameIn('zh', name) === name)).toEqual([]);
  });

  it('are there for all checks that the labs can make', () => {
    const checks = [...SOURCE.matchAll(/\.check(?:That)?\(\s*(['`])(.*?)\1/g)].map(([, , name = '']) => name);
    expect(checks.length).toBeGreaterThan(150);
    expect(checks.filter((name) => NAMES[name] === undefined)).toEqual([]);
  });

  it('are there for what checks expect and find in words', () => {
    const ours = RUNS.flatMap(valuesOf).filter(
      (value) => /[a-z’]{2} [a-z’]{2}/.test(value) && !NOT_OURS.includes(value),
    );
    expect([...new Set(ours)].filter((value) => nameIn('zh', value) === value)).toEqual([]);
  });

  it('are there for nothing else', () => {
    const told = RUNS.flatMap((event) => [...nameOf(event), ...valuesOf(event), ...linesOf(event)]);
    const texts = [...SOURCE.matchAll(/'([^'\n]+)'/g)].map(([, text = '']) => text);
    const isTold = (name: string) => SOURCE.includes(name) || [...told, ...texts].some((one) => matchName(name, one));
    expect(Object.keys(NAMES).filter((name) => !isTold(name))).toEqual([]);
  });

  it('are Chinese, and keep what differs from run to run', () => {
    const stars = (text: string) => text.split('*').length;
    const odd = Object.entries(NAMES).filter(
      ([name, text]) => !/\p{sc=Han}/u.test(text) || stars(name) !== stars(text),
    );
    expect(odd).toEqual([]);
    expect(nameIn('zh', 'its limit: memory')).toBe('它的限额：memory');
    expect(nameIn('zh', '/mnt is the host’s directory')).toBe('/mnt 是宿主机的目录');
  });

  it('leave alone what no lab says, and English', () => {
    expect(nameIn('zh', '/proc/sys/kernel/hostname')).toBe('/proc/sys/kernel/hostname');
    expect(nameIn('en', 'its limit: memory')).toBe('its limit: memory');
  });

  it('are what the lessons call a check that is on the screen', () => {
    const lessons = filesIn('lessons/zh', '.md').map((file) => readFileSync(file, 'utf8'));
    const quoted = lessons.flatMap((text) => [...text.matchAll(/(?:“|`✓ )([a-z][^”`]* [^”`]*)[”`]/g)]);
    const english = quoted
      .map(([, text = '']) => text)
      .filter((text) => Object.keys(NAMES).some((name) => name.startsWith(text)));
    expect(english).toEqual([]);
  });
});

/** What an event calls itself, where that is English; `ls /data` is a command. */
function nameOf(event: LabEvent): string[] {
  if (event.type === 'check') return [event.name];
  if (event.type === 'measure') return [event.name];
  if (event.type !== 'observe') return [];
  return /^(\/|(ls|find|echo|head) |lab \d\d)/.test(event.path) ? [] : [event.path];
}

function valuesOf(event: LabEvent): string[] {
  return event.type === 'check' ? [event.expected, event.actual] : [];
}

/** The lines of what was observed; the cells of a table's lines. */
function linesOf(event: LabEvent): string[] {
  const lines = event.type === 'observe' ? (event.value ?? '').split('\n') : [];
  return lines.flatMap((line) => [line, ...line.split(/ {2,}/)]);
}

function filesIn(folder: string, ending: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}
