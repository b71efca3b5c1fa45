import type { Command } from 'commander';
import { collect } from '../../command.js';

/** The options that `run` and `exec` share. */
export function addProcessOptions(command: Command): void {
  command
    .option('-i, --interactive', 'it reads our standard input; else /dev/null')
    .option('-t, --tty', 'it has a terminal of its own')
    .option('-d, --detach', 'in the background');
  addProgramOptions(command);
}

/** Those of them that say what runs, and not in front of whom. */
export function addProgramOptions(command: Command): void {
  command
    .option('-e, --env <variable>', 'NAME=VALUE, or NAME for the value that it has here', collect)
    .option('--env-file <file>', 'a file with such lines', collect)
    .option('-u, --user <user>', 'UID, UID:GID, name or name:group of the image')
    .option('-w, --workdir <dir>', 'working directory, absolute');
}
