import type { Command } from 'commander';
import type { Work } from '../program.js';
import { collect } from './lab.js';
import type { ServeOptions } from './serve.js';

/** Where `tslab serve` listens unless it is told otherwise. */
const PORT = '8765';

/** Makes `tslab serve` a command. */
export function addServe(program: Command, choose: (work: Work) => void): void {
  const command = program
    .command('serve')
    .summary('show the lessons as pages in a browser, and run labs from them')
    .description('Show the lessons as pages in a browser on this machine, and run labs from them.')
    .option('--port <number>', 'port to listen on; 0 takes any that is free', PORT)
    .option(
      '--host <address>',
      'address to listen on, else 127.0.0.1; 0.0.0.0 is all, for a published port; again: another name of this machine',
      collect,
    )
    .option('--open', 'open the browser too');
  command.action(() => choose(async () => (await import('./serve.js')).serve(command.optsWithGlobals<ServeOptions>())));
}
