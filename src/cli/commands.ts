import type { Define } from './command.js';
import { markProgram } from './commands/namespaces/program-words.js';

/** A command of the table. Nothing of it is loaded before it is used. */
export interface Entry {
  readonly summary: string;
  /** It has Docker's options and exit statuses, and none of `tslab` itself. */
  readonly isDockers: boolean;
  /** Of a group, such as `container`: its commands, some of which are others of the table by another name. */
  readonly commands?: Readonly<Record<string, Entry>>;
  readonly load: Load;
}

type Load = () => Promise<{ readonly define: Define }>;

/** Docker's commands for containers, which are those of its group `container` as well. */
const CONTAINERS = {
  run: dockers('create a container and run a command in it', () => import('./docker/start/run.js')),
  why: dockers(
    'run a command in a container, and tell what refused it something',
    () => import('./docker/start/why.js'),
  ),
  exec: dockers('run a command in a running container', () => import('./docker/start/exec.js')),
  create: dockers('create a container, to start it later', async () => ({
    define: (await import('./docker/start/run.js')).defineCreate,
  })),
  start: dockers('start containers that were created, or have ended', () => import('./docker/start/start.js')),
  restart: dockers('stop containers and start them', () => import('./docker/start/restart.js')),
  attach: dockers('watch a detached container, and type into it', () => import('./docker/start/attach.js')),
  stop: dockers('ask containers to end', () => import('./docker/control/stop.js')),
  kill: dockers('send a signal to containers', () => import('./docker/control/kill.js')),
  pause: dockers('freeze containers', () => import('./docker/control/pause.js')),
  unpause: dockers('thaw containers', async () => ({
    define: (await import('./docker/control/pause.js')).defineUnpause,
  })),
  update: dockers('change limits and restart policies of containers', () => import('./docker/control/update.js')),
  wait: dockers('wait until containers end', () => import('./docker/control/wait.js')),
  rm: dockers('remove containers', () => import('./docker/control/rm.js')),
  rename: dockers('rename a container', () => import('./docker/control/rename.js')),
  ps: dockers('list containers', () => import('./docker/show/ps.js')),
  logs: dockers('show what a detached container printed', () => import('./docker/show/logs.js')),
  inspect: dockers(
    'show all that is known of containers, with the system calls that make them, and of images, networks and volumes',
    () => import('./docker/show/inspect.js'),
  ),
  port: dockers('show which ports of this host lead to a container', () => import('./docker/show/port.js')),
  top: dockers('show the processes of a container', () => import('./docker/show/top.js')),
  stats: dockers('show what containers use, live', () => import('./docker/show/stats.js')),
  diff: dockers('show what a container changed', () => import('./docker/files/diff.js')),
  cp: dockers('copy files into a container or out of it', () => import('./docker/files/cp.js')),
  commit: dockers('make an image of what a container has written', () => import('./docker/images/commit.js')),
  export: dockers('write the files of a container as a tar archive', () => import('./docker/files/export.js')),
  prune: dockers('remove all containers that do not run', () => import('./docker/control/prune.js')),
};

/** Docker's commands for images that stand alone, too; its group `image` has them by these names. */
const IMAGES = {
  build: dockers('build an image from a Dockerfile', () => import('./docker/build/build.js')),
  history: dockers('show how an image came about', () => import('./docker/images/history.js')),
  load: dockers('load images from an archive', () => import('./docker/images/load.js')),
  pull: dockers('download an image from a registry', () => import('./docker/images/pull.js')),
  push: dockers('upload an image to a registry', () => import('./docker/images/push.js')),
  import: dockers('make an image of an archive of files', () => import('./docker/images/import.js')),
  save: dockers('write images as an archive', () => import('./docker/images/save.js')),
  tag: dockers('give an image another name', () => import('./docker/images/tag.js')),
};
const images = dockers('list images', () => import('./docker/images/images.js'));
const rmi = dockers('remove images, or names of them', () => import('./docker/images/rmi.js'));

const info = dockers('show this machine, and what tslab has of containers', () => import('./docker/system/info.js'));

const events = dockers(
  'show what happens to containers, images, volumes and networks',
  () => import('./docker/system/events.js'),
);

/** All commands by name, but for the labs. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  list: own('list the labs', () => import('./commands/list.js')),
  read: own('read a lesson; without a name, list them', () => import('./commands/read/command.js')),
  handout: own('print the questions and exercises of a lesson, without answers', () => import('./commands/handout.js')),
  exercise: own(
    'do it: a task, and the kernel says whether it is done; without a name, list them',
    () => import('./commands/exercise/command.js'),
  ),
  progress: own('show which lessons you have read and which labs held', () => import('./commands/progress.js')),
  doctor: own('tell what this machine can do, and how to get the rest', () => import('./commands/doctor.js')),
  cleanup: own('remove what runs that were killed left behind, and prove it', () => import('./commands/cleanup.js')),
  ns: own(
    'show namespaces: who is in them, who owns them, what is shared',
    () => import('./commands/namespaces/ns.js'),
  ),
  enter: own('run a program in namespaces of a container or process', () => import('./commands/namespaces/enter.js')),
  serve: own('show the lessons as pages in a browser, and run labs from them', () => import('./commands/serve.js')),
  'build-site': own(
    'write the lessons as pages for a web server, with recorded runs',
    () => import('./commands/build-site.js'),
  ),
  completion: own('print what makes bash, zsh or fish complete words', () => import('./commands/completion.js')),
  demo: own('show a lab to a room, step by step, on the whole screen', () => import('./commands/demo.js')),

  ...CONTAINERS,
  bundle: dockers('write what `run` would start for other runtimes', () => import('./docker/spec/bundle.js')),
  spec: dockers('write the specification of a default container', () => import('./docker/spec/spec.js')),
  events,
  info,
  version: dockers('show the versions of tslab, of node and of the kernel', () => import('./docker/system/version.js')),
  container: group('manage containers', {
    ls: CONTAINERS.ps,
    list: CONTAINERS.ps,
    ...CONTAINERS,
    inspect: dockers('show all that is known of containers', async () => ({
      define: (await import('./docker/show/inspect.js')).defineContainerInspect,
    })),
    remove: CONTAINERS.rm,
  }),
  network: dockers('manage networks', () => import('./docker/network/network.js')),
  login: dockers('keep a name and a password for a registry', () => import('./docker/images/login.js')),
  logout: dockers('forget the name and the password for a registry', () => import('./docker/images/logout.js')),
  ...IMAGES,
  images,
  rmi,
  image: group('manage images', {
    ls: images,
    list: images,
    ...IMAGES,
    inspect: dockers('show all that is known of images', () => import('./docker/images/inspect.js')),
    prune: dockers('remove images that nothing needs', () => import('./docker/images/prune.js')),
    rm: rmi,
    remove: rmi,
    verify: dockers('compare all that images have with its digests', () => import('./docker/images/verify.js')),
  }),
  builder: group('manage what builds keep', {
    build: IMAGES.build,
    prune: dockers('remove what builds keep', async () => ({
      define: (await import('./docker/images/prune.js')).defineBuilderPrune,
    })),
  }),
  volume: dockers('manage volumes', () => import('./docker/files/volume.js')),
  system: group('manage all that tslab keeps', {
    df: dockers('show the room that it takes', () => import('./docker/system/df.js')),
    events,
    info,
    prune: dockers('remove what no container needs', () => import('./docker/system/prune.js')),
  }),
};

function own(summary: string, load: Load): Entry {
  return { summary, isDockers: false, load };
}

function dockers(summary: string, load: Load): Entry {
  return { summary, isDockers: true, load };
}

/** What is loaded is for the help: the commands of a group are found in the table. */
function group(summary: string, commands: Readonly<Record<string, Entry>>): Entry {
  const define: Define = (command) => {
    command.description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`);
    for (const entry of new Set(Object.values(commands))) {
      const [name = '', ...aliases] = Object.keys(commands).filter((one) => commands[one] === entry);
      const one = command.command(name).description(entry.summary);
      for (const alias of aliases) one.alias(alias);
    }
  };
  return { ...dockers(summary, async () => ({ define })), commands };
}

/** Options of `tslab` itself that take a value: what follows one of them is no command. */
const WITH_VALUE: ReadonlySet<string> = new Set(['--lang']);

/** A command of Docker's in the words of a command line. */
export interface DockerCommand {
  /** As it was typed: `container ls`. */
  readonly name: string;
  readonly entry: Entry;
  /** Where its name stands in the words. */
  readonly from: number;
  readonly to: number;
}

/** The command of Docker's that the words name; undefined where they name none. */
export function findDockerCommand(words: readonly string[]): DockerCommand | undefined {
  const from = findCommand(words);
  const [name = '', below = ''] = words.slice(from < 0 ? words.length : from);
  const entry = entryOf(name);
  if (!entry?.isDockers) return undefined;
  const inner = entryOf(below, entry.commands ?? {});
  if (inner) return { name: `${name} ${below}`, entry: inner, from, to: from + 2 };
  return { name, entry, from, to: from + 1 };
}

function findCommand(words: readonly string[]): number {
  return words.findIndex((word, i) => !word.startsWith('-') && !WITH_VALUE.has(words[i - 1] ?? ''));
}

/** The words with `--help` in the place of `help`: `help 01` is `01 --help`, `help exec` is `exec --help`, whatever follows. */
export function withHelpOption(words: readonly string[]): readonly string[] {
  const at = findCommand(words);
  if (words[at] !== 'help') return words;
  const rest = withHelpOption(words.toSpliced(at, 1));
  return rest.toSpliced(findDockerCommand(rest)?.to ?? rest.length, 0, '--help');
}

/** The words, in which it is marked where those of a program begin: all behind `--` are not ours. */
export function withProgramApart(words: readonly string[]): readonly string[] {
  const at = findCommand(words);
  return words[at] === 'enter' ? markProgram(words, at + 1) : words;
}

/** What a table has under a name: undefined for `constructor`. */
export function entryOf(name: string, table = COMMANDS): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
