import type { Held, HeldProcess } from '../../lab/events.js';
import { withoutMarks } from '../text/markdown.js';
import { paragraph, type Screen } from './screen.js';

/** What nsenter(1) calls a namespace. Into another user namespace it would go as nobody. */
const OPTIONS: Readonly<Record<string, string>> = {
  user: '--user --preserve-credentials',
  mnt: '--mount',
  pid: '--pid',
  net: '--net',
  ipc: '--ipc',
  uts: '--uts',
  cgroup: '--cgroup',
  time: '--time',
};

/** What to type in another terminal to look at what is held; commands stay whole, so that they can be copied. `sudo` stands before what takes root. */
export function formatHeld({ processes }: Held, screen: Screen, sudo = ''): string[] {
  const { paint, words } = screen;
  const each = processes.flatMap((process) => [
    `  ${paint.bold(`${process.pid} ${process.comm}`)}`,
    ...commandsFor(process, sudo).map((command) => `    ${paint.cyan(command)}`),
  ]);
  return ['', ...paragraph(words.prompt.held, screen), ...each, ''];
}

/** The same, for screen readers. */
export function plainHeld({ processes }: Held, words: Screen['words'], sudo = ''): string[] {
  const each = processes.flatMap((process) => [`${process.pid} ${process.comm}`, ...commandsFor(process, sudo)]);
  return [withoutMarks(words.prompt.held), ...each];
}

/** Commands that show where a process is, and one that goes there. */
export function commandsFor({ pid, namespaces, root, cgroups }: HeldProcess, sudo: string): string[] {
  const places = Object.entries(OPTIONS).filter(([kind]) => namespaces.includes(kind));
  const options = [...places.map(([, option]) => option), ...(root === undefined ? [] : ['--root'])];
  const enter = `${sudo}nsenter -t ${pid} ${options.join(' ')} /bin/sh`;
  return [
    `cat /proc/${pid}/status`,
    `${sudo}ls -l /proc/${pid}/ns`,
    ...(options.length > 0 ? [enter] : []),
    ...cgroups.map((directory) => `ls ${directory}`),
  ];
}
