import type { Command } from 'commander';
import type { CatalogueEntry } from '../../../labs/catalogue.js';
import { type LabDefinition, numberOf } from '../../lab/definition.js';
import type { Flags } from '../../lab/request.js';
import { said } from '../../terminal/said.js';
import { wrap } from '../../view/text/wrap.js';
import type { Words } from '../../view/words/index.js';
import { split, type Work } from '../command.js';
import type { LabOptions } from './lab-options.js';

/** Adds a lab to the commands of tslab. */
export function addLab(program: Command, entry: CatalogueEntry, choose: (work: Work) => void): void {
  const command = describe(labCommand(program, entry), entry);
  const flagsOf = addOwnOptions(command, entry);
  command.action(() =>
    choose(async () => {
      const { runLabCall } = await import('./run-lab.js');
      return runLabCall({ ...command.optsWithGlobals<LabOptions>(), entry, flags: flagsOf() });
    }),
  );
}

/** A lab as a command: `03-cgroups`, and `cgroups`, `03` and `3` for short. */
export function labCommand(parent: Command, { id, title }: CatalogueEntry): Command {
  return parent.command(id).aliases(shortNames(id)).helpGroup('Labs:').summary(title);
}

function describe(command: Command, { id }: CatalogueEntry): Command {
  return command
    .usage('[options]')
    .option('--skip <step>', "leave a step's calls out, to see what leaks; several by commas", split)
    .option('--expect-broken', 'with --skip: exit with 0 where checks break, with 1 where none does')
    .option('--step', 'stop at each step, and ask first what will happen: what a lab does on a terminal')
    .option('--no-step', 'run through without a stop')
    .option('--from <step>', 'stop from this step on; those before it run through, and with --skip are not shown')
    .option('--hold [step]', 'wait before the processes of a step end, of each if none is named, to look at them')
    .option('--rootfs <dir>', 'root filesystem to use; else one is built from this host')
    .showHelpAfterError(said(`\`tslab ${id} --help\` shows the options of this lab.`));
}

/** A short name that is a command of Docker's, or will be one, stays that command. Commander refuses a name that two have. */
const COMMANDS: ReadonlySet<string> = new Set(['exec', 'network', 'images']);

/** `cgroups`, `03`, `3`. */
export function shortNames(id: string): string[] {
  const number = numberOf(id);
  const names = new Set([id.slice(number.length + 1), number, String(Number(number))]);
  return [...names].filter((name) => !COMMANDS.has(name));
}

/** Adds the lab's own options to its command; gives what the command line says of them, once it was read. */
export function addOwnOptions(command: Command, { options }: CatalogueEntry): () => Flags {
  const own = options.map(({ flags, description, default: value }) =>
    command.createOption(flags, description).default(value),
  );
  for (const option of own) command.addOption(option);
  return () => Object.fromEntries(own.map((option) => [option.name(), command.getOptionValue(option.attributeName())]));
}

/** Says in the help of labs what each is about, and its steps. They stand in the lab, which is loaded only when it is asked for. */
export function describeLabs(parent: Command, labs: readonly CatalogueEntry[], words: Words): void {
  parent.hook('preSubcommand', async (_, command) => {
    const entry = labs.find(({ id }) => id === command.name());
    if (!entry) return;
    command.description(words.commands.lab(entry.title, entry.summary));
    command.addHelpText('after', describeSteps(await entry.load(), words));
  });
}

function describeSteps({ steps, skippable, unskippable }: LabDefinition, { commands, colon }: Words): string {
  const inLines = (text: string, hang: number) => wrap([{ text: `  ${text}` }], 78, hang);
  return [
    ...['', commands.steps, ...inLines(steps.join(', ') || commands.none, 2)],
    ...['', commands.skippable, ...inLines(skippable.join(', ') || commands.none, 2)],
    ...['', commands.unskippable],
    ...Object.entries(unskippable).flatMap(([step, why]) => inLines(`${step}${colon}${said(why)}`, 4)),
  ].join('\n');
}
