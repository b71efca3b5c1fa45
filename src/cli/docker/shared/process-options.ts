import type { Command } from 'commander';
import { collect } from '../../command.js';

/** The options that `run`, `create` and `exec` share. */
export function addProcessOptions(command: Command): void {
  command
    .option('-i, --interactive', 'it reads our standard input; else /dev/null')
    .option('-t, --tty', 'it has a terminal of its own');
  addProgramOptions(command);
}

/** Of all commands that a person may leave. */
export function addDetachKeys(command: Command): Command {
  return command.option(
    '--detach-keys <keys>',
    'typed at a terminal, they leave it, and it goes on (default: ctrl-p,ctrl-q)',
  );
}

/** Of all commands that stay with a container. */
export function addSigProxy(command: Command): Command {
  return command.option('--sig-proxy', 'signals that reach us go on to it; --sig-proxy=false: they end us alone', true);
}

/** Those of them that say what runs, and not in front of whom. */
export function addProgramOptions(command: Command): void {
  command
    .option('-e, --env <variable>', 'NAME=VALUE, or NAME for the value that it has here', collect)
    .option('--env-file <file>', 'a file with such lines', collect)
    .option('-u, --user <user>', 'UID, UID:GID, name or name:group of the image')
    .option('-w, --workdir <dir>', 'working directory, absolute');
}
