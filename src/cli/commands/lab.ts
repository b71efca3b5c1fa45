import type { Command, Option } from 'commander';
import type { CatalogueEntry } from '../../../labs/catalogue.js';
import { type LabDefinition, numberOf } from '../../lab/definition.js';
import type { Flags } from '../../lab/request.js';
import { wrap } from '../../view/text/wrap.js';
import { split, type Work } from '../command.js';
import type { LabOptions } from './lab-options.js';

/** Makes a lab a command: `03-cgroups`, and `cgroups`, `03` and `3` for short. */
export function addLab(program: Command, entry: CatalogueEntry, choose: (work: Work) => void): void {
  const command = describe(program.command(entry.id), entry);
  const own = entry.options.map(({ flags, description, default: value }) =>
    command.createOption(flags, description).default(value),
  );
  for (const option of own) command.addOption(option);
  command.action(() =>
    choose(async () => {
      const { runLabCall } = await import('./run-lab.js');
      return runLabCall({ ...command.optsWithGlobals<LabOptions>(), entry, flags: flagsOf(command, own) });
    }),
  );
}

function describe(command: Command, { id, title, summary }: CatalogueEntry): Command {
  return command
    .aliases(shortNames(id))
    .helpGroup('Labs:')
    .summary(title)
    .description(`${title}: ${summary}.`)
    .usage('[options]')
    .option('--skip <step>', "leave a step's calls out, to see what leaks; several by commas", split)
    .option('--expect-broken', 'with --skip: exit with 0 where checks break, with 1 where none does')
    .option('--step', 'stop at each step, and ask first what will happen: what a lab does on a terminal')
    .option('--no-step', 'run through without a stop')
    .option('--from <step>', 'stop from this step on; those before it run through')
    .option('--hold [step]', 'wait before the processes of a step end, of each if none is named, to look at them')
    .option('--rootfs <dir>', 'root filesystem to use; else one is built from this host')
    .showHelpAfterError(`\`tslab ${id} --help\` shows the options of this lab.`);
}

/** A short name that is a command of Docker's stays that command. Commander refuses a name that two have. */
const COMMANDS: ReadonlySet<string> = new Set(['exec']);

/** `cgroups`, `03`, `3`. */
export function shortNames(id: string): string[] {
  const number = numberOf(id);
  const names = new Set([id.slice(number.length + 1), number, String(Number(number))]);
  return [...names].filter((name) => !COMMANDS.has(name));
}

/** What the command line gave for the lab's own options. */
export function flagsOf(command: Command, own: readonly Option[]): Flags {
  return Object.fromEntries(own.map((option) => [option.name(), command.getOptionValue(option.attributeName())]));
}

/** What a lab's help says about its steps. */
export function describeSteps({ steps, skippable, unskippable }: LabDefinition): string {
  const inLines = (text: string, hang: number) => wrap([{ text: `  ${text}` }], 78, hang);
  return [
    ...['', 'Steps:', ...inLines(steps.join(', ') || 'none', 2)],
    ...['', 'Steps that --skip can leave out:', ...inLines(skippable.join(', ') || 'none', 2)],
    ...['', 'The others, and why not:'],
    ...Object.entries(unskippable).flatMap(([step, why]) => inLines(`${step}: ${why}`, 4)),
  ].join('\n');
}
