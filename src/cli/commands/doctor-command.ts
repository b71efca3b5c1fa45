import type { Command } from 'commander';
import type { Work } from '../program.js';
import type { DoctorOptions } from './doctor.js';

/** Makes `tslab doctor` a command. */
export function addDoctor(program: Command, choose: (work: Work) => void): void {
  const command = program
    .command('doctor')
    .description('tell what this machine can do, and how to get the rest')
    .option('--prepare', 'do as root what this machine can be given, such as in a container; tslab cleanup undoes it');
  command.action(() =>
    choose(async () => (await import('./doctor.js')).doctor(command.optsWithGlobals<DoctorOptions>())),
  );
}
