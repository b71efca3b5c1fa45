import type { Define } from './command.js';

/** A command of the table. Nothing of it is loaded before it is used. */
export interface Entry {
  readonly summary: string;
  /** It has Docker's options and exit statuses, and none of `tslab` itself. */
  readonly isDockers: boolean;
  readonly load: Load;
}

type Load = () => Promise<{ readonly define: Define }>;

/** All commands by name, but for the labs. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  list: own('list the labs', () => import('./commands/list.js')),
  read: own('read a lesson; without a name, list them', () => import('./commands/read/command.js')),
  handout: own('print the questions and exercises of a lesson, without answers', () => import('./commands/handout.js')),
  progress: own('show which lessons you have read and which labs held', () => import('./commands/progress.js')),
  doctor: own('tell what this machine can do, and how to get the rest', () => import('./commands/doctor.js')),
  cleanup: own('remove what runs that were killed left behind, and prove it', () => import('./commands/cleanup.js')),
  serve: own('show the lessons as pages in a browser, and run labs from them', () => import('./commands/serve.js')),
  'build-site': own(
    'write the lessons as pages for a web server, with recorded runs',
    () => import('./commands/build-site.js'),
  ),
  demo: own('show a lab to a room, step by step, on the whole screen', () => import('./commands/demo.js')),

  run: dockers('create a container and run a command in it', () => import('./docker/start/run.js')),
  exec: dockers('run a command in a running container', () => import('./docker/start/exec.js')),
  start: dockers('start containers that have ended', () => import('./docker/start/start.js')),
  restart: dockers('stop containers and start them', () => import('./docker/start/restart.js')),
  attach: dockers('watch a detached container, and type into it', () => import('./docker/start/attach.js')),
  stop: dockers('ask containers to end', () => import('./docker/control/stop.js')),
  kill: dockers('send a signal to containers', () => import('./docker/control/kill.js')),
  pause: dockers('freeze containers', () => import('./docker/control/pause.js')),
  unpause: dockers('thaw containers', async () => ({
    define: (await import('./docker/control/pause.js')).defineUnpause,
  })),
  wait: dockers('wait until containers end', () => import('./docker/control/wait.js')),
  rm: dockers('remove containers', () => import('./docker/control/rm.js')),
  rename: dockers('rename a container', () => import('./docker/control/rename.js')),
  ps: dockers('list containers', () => import('./docker/show/ps.js')),
  logs: dockers('show what a detached container printed', () => import('./docker/show/logs.js')),
  inspect: dockers(
    'show all that is known of a container, with the system calls that make it',
    () => import('./docker/show/inspect.js'),
  ),
  top: dockers('show the processes of a container', () => import('./docker/show/top.js')),
  stats: dockers('show what containers use, live', () => import('./docker/show/stats.js')),
  diff: dockers('show what a container changed', () => import('./docker/files/diff.js')),
  cp: dockers('copy files into a container or out of it', () => import('./docker/files/cp.js')),
  volume: dockers('manage volumes', () => import('./docker/files/volume.js')),
  bundle: dockers('write what `run` would start for other runtimes', () => import('./docker/spec/bundle.js')),
  spec: dockers('write the specification of a default container', () => import('./docker/spec/spec.js')),
  prune: dockers('remove all containers that do not run', () => import('./docker/control/prune.js')),
};

function own(summary: string, load: Load): Entry {
  return { summary, isDockers: false, load };
}

function dockers(summary: string, load: Load): Entry {
  return { summary, isDockers: true, load };
}

/** Options of `tslab` itself that take a value: what follows one of them is no command. */
const WITH_VALUE: ReadonlySet<string> = new Set(['--lang']);

/** Where in the words the name of a command of Docker's stands; undefined where they name none. */
export function findDockerCommand(words: readonly string[]): number | undefined {
  const at = findCommand(words);
  return entryOf(words[at] ?? '')?.isDockers ? at : undefined;
}

function findCommand(words: readonly string[]): number {
  return words.findIndex((word, i) => !word.startsWith('-') && !WITH_VALUE.has(words[i - 1] ?? ''));
}

/** Commands that are options by another name: `help 01` is `01 --help`, `version` is `--version`. */
const OPTIONS: ReadonlySet<string> = new Set(['help', 'version']);

/** The words with such an option in the place of such a command. */
export function withOptions(words: readonly string[]): readonly string[] {
  const at = findCommand(words);
  const name = words[at] ?? '';
  return OPTIONS.has(name) ? [...withOptions(words.toSpliced(at, 1)), `--${name}`] : words;
}

/** What the table has under a name: undefined for `constructor`. */
export function entryOf(name: string): Entry | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}
