import type { Held, HeldProcess } from '../../lab/events.js';
import { withoutMarks } from '../text/markdown.js';
import { wrap } from '../text/wrap.js';
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

/** Whoever has come as root by sudo(8) needs it in another terminal, too. */
const SUDO = process.env.SUDO_USER ? 'sudo ' : '';

/** What to type in another terminal to look at what is held, as it can be copied. `sudo` stands before what takes root. */
export function formatHeld({ step, processes, again }: Held, screen: Screen, sudo = SUDO): string[] {
  const { paint, words, width } = screen;
  const each = processes.flatMap((process) => [
    `  ${paint.bold(`${process.pid} ${process.comm}`)}`,
    ...commandsFor(process, sudo)
      .flatMap((command) => continued(command, width - 4))
      .map((line) => `    ${paint.cyan(line)}`),
  ]);
  if (processes.length === 0) return ['', ...paragraph(words.prompt.nothingHeld(step), screen)];
  return ['', ...paragraph(words.prompt[again ? 'heldAgain' : 'held'], screen), ...each, ''];
}

/** A command that is too long for a line goes on in the next, as a shell reads it. */
function continued(command: string, width: number): string[] {
  const lines = wrap([{ text: command }], width - 2, 2);
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

/** The same, for screen readers. */
export function plainHeld({ step, processes, again }: Held, words: Screen['words'], sudo = SUDO): string[] {
  if (processes.length === 0) return [withoutMarks(words.prompt.nothingHeld(step))];
  const each = processes.flatMap((process) => [`${process.pid} ${process.comm}`, ...commandsFor(process, sudo)]);
  return [withoutMarks(words.prompt[again ? 'heldAgain' : 'held']), ...each];
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
