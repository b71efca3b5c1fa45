import type { Command } from 'commander';
import { collect, type Define, split } from '../../command.js';
import { addProcessOptions } from '../shared/process-options.js';
import type { RunOptions } from './run-container.js';

/** `tslab run` */
export const define: Define = (command, choose) => {
  command
    .description('Create a container and run a command in it. The image is busybox, made from what this host has.')
    .usage('[options] IMAGE [COMMAND] [ARG...]')
    .argument('<image>')
    .argument('[command...]')
    .passThroughOptions()
    .helpOption('--help', 'show this help');
  addProcessOptions(command);
  for (const add of [addContainerOptions, addMountOptions, addLimitOptions, addLessonOptions]) add(command);
  command.action((image: string, words: string[], options: RunOptions) =>
    choose(async () => (await import('./run-container.js')).runContainer(options, [image, ...words])),
  );
};

function addContainerOptions(command: Command): void {
  command
    .option('--name <name>', 'its name; else one is made up')
    .option('-h, --hostname <name>', 'its host name; else the start of its id')
    .option('--rm', 'remove it when it ends')
    .option('--init', 'a minimal init as PID 1, which reaps zombies and forwards signals')
    .option('--entrypoint <program>', 'run this, with COMMAND as its arguments')
    .option('--restart <policy>', 'no, on-failure or on-failure:N; for detached containers')
    .option('--stop-signal <signal>', 'what `tslab stop` sends first (default: SIGTERM)')
    .option('--network <network>', 'none: a network namespace with nothing but lo; host: the host’s (default: none)');
}

export function addMountOptions(command: Command): void {
  command
    .option('-v, --volume <spec>', 'SRC:DST, NAME:DST or DST, then :ro, :rslave, …; z and Z change nothing', collect)
    .option('--mount <spec>', 'type=bind|volume|tmpfs,source=…,target=…,readonly,…', collect)
    .option('--tmpfs <spec>', 'DST or DST:size=64m,mode=1777', collect)
    .option('--read-only', 'a root that cannot be written; volumes and tmpfs can')
    .option('--rootfs <dir>', 'this directory in the place of the image');
}

export function addLimitOptions(command: Command): void {
  command
    .option('-m, --memory <size>', 'limit of memory: 64m, 1g; at least 6m')
    .option('--cpus <number>', 'limit of CPU time, in CPUs: 0.5')
    .option('--cpu-period <us>', 'the same in microseconds: in each period …')
    .option('--cpu-quota <us>', '… so much CPU time')
    .option('--cpu-shares <number>', 'weight against other containers; 1024 is the default')
    .option('--cpuset-cpus <list>', 'only these CPUs: 0-1,3')
    .option('--pids-limit <number>', 'limit of processes and threads; -1 is none');
}

function addLessonOptions(command: Command): void {
  command
    .option('--skip <step>', 'leave a piece of the list out, to see what leaks; several by commas', split)
    .option('--trace', 'show the system calls and what the kernel said, on standard error')
    .option('--dry-run', 'show what would be made: its specification (OCI) and the system calls; and make nothing')
    .option('--dry-run=json', 'the specification alone, as config.json');
}
