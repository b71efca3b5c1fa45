import type { Command } from 'commander';
import { INFO_COMMANDS } from './container-info-commands.js';
import type { Work } from './program.js';

/** Makes the commander program of one command; what its words come to is handed to `choose`. */
export type CreateCommand = (choose: (work: Work) => void) => Command;

/** A command that works on containers. Nothing of it is loaded before it is used. */
export interface ContainerCommand {
  readonly summary: string;
  readonly load: () => Promise<CreateCommand>;
}

/** The commands that behave as Docker's, by name. */
export const CONTAINER_COMMANDS: Readonly<Record<string, ContainerCommand>> = {
  run: {
    summary: 'create a container and run a command in it',
    load: async () => (await import('./docker/run.js')).createRun,
  },
  exec: {
    summary: 'run a command in a running container',
    load: async () => (await import('./docker/exec.js')).createExec,
  },
  start: {
    summary: 'start containers that have ended',
    load: async () => (await import('./docker/start.js')).createStart,
  },
  restart: {
    summary: 'stop containers and start them',
    load: async () => (await import('./docker/restart.js')).createRestart,
  },
  attach: {
    summary: 'watch a detached container, and type into it',
    load: async () => (await import('./docker/attach.js')).createAttach,
  },
  stop: { summary: 'ask containers to end', load: async () => (await import('./docker/stop.js')).createStop },
  kill: { summary: 'send a signal to containers', load: async () => (await import('./docker/kill.js')).createKill },
  pause: { summary: 'freeze containers', load: async () => (await import('./docker/pause.js')).createPause },
  unpause: { summary: 'thaw containers', load: async () => (await import('./docker/pause.js')).createUnpause },
  wait: { summary: 'wait until containers end', load: async () => (await import('./docker/wait.js')).createWait },
  rm: { summary: 'remove containers', load: async () => (await import('./docker/rm.js')).createRm },
  rename: { summary: 'rename a container', load: async () => (await import('./docker/rename.js')).createRename },
  ...INFO_COMMANDS,
};

/** Options of `tslab` itself that take a value: what follows one of them is no command. */
const WITH_VALUE: ReadonlySet<string> = new Set(['--lang']);

/** Where in the words the name of a container command stands; undefined where they name none. */
export function findContainerCommand(words: readonly string[]): number | undefined {
  const at = words.findIndex((word, i) => !word.startsWith('-') && !WITH_VALUE.has(words[i - 1] ?? ''));
  return Object.hasOwn(CONTAINER_COMMANDS, words[at] ?? '') ? at : undefined;
}
