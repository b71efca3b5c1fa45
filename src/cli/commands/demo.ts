import type { Command } from 'commander';
import { CATALOGUE, type CatalogueEntry } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { type Define, split, type Work } from '../command.js';
import type { DemoOptions } from '../demo/request.js';
import { plannedLab } from '../planned.js';
import { describeSteps, flagsOf, shortNames } from './lab.js';

const KEYS = `
Space, Enter, Right and PageDown go on, and run the step that is on the screen;
Left and PageUp go back, and run nothing. ? shows all keys, q ends the lab and
quits. Should tslab be killed with SIGKILL: \`reset\` mends the terminal.`;

/** `tslab demo LAB`: every lab with its own options, and with those of a demo. */
export const define: Define = (demo, choose) => {
  demo
    .argument('[lab]')
    .description('Shows a lab to a room, step by step, on the whole screen.')
    .usage('<lab> [options]   or: tslab demo talk.md   or: tslab demo --notes [lab]')
    .option('--skip <step>', "leave a step's calls out, to see what leaks; several by commas", split)
    .option('--rootfs <dir>', 'root filesystem to use; else one is built from this host')
    .option(
      '--auto [seconds]',
      'go on by itself, so long after all of a page has come, else as it is long; a key stops it',
    )
    .option('--break <step>', 'with --auto: stop before this step; several by commas', split)
    .option('--record <file>', 'write an asciicast (version 2), with a marker at each step')
    .option('--force', 'let --record replace a file')
    .option('--notes', "show the presenter's notes in a second terminal, for the demo that runs or the next one")
    .helpCommand(false)
    .addHelpText('after', KEYS)
    .action((word?: string) => choose(() => withoutLab(demo.optsWithGlobals<DemoOptions>(), word)));
  demo.hook('preSubcommand', async (_, command) => {
    const entry = CATALOGUE.find(({ id }) => id === command.name());
    if (entry) command.addHelpText('after', describeSteps(await entry.load()));
  });
  for (const entry of CATALOGUE) addLabTo(demo, entry, choose);
};

function addLabTo(demo: Command, entry: CatalogueEntry, choose: (work: Work) => void): void {
  const command = demo
    .command(entry.id)
    .aliases(shortNames(entry.id))
    .helpGroup('Labs:')
    .summary(entry.title)
    .description(`${entry.title}: ${entry.summary}.`)
    .addHelpText('after', KEYS);
  const own = entry.options.map(({ flags, description, default: value }) =>
    command.createOption(flags, description).default(value),
  );
  for (const option of own) command.addOption(option);
  command.action(() =>
    choose(async () => {
      const options = command.optsWithGlobals<DemoOptions>();
      if (options.notes) return (await import('../demo/notes-viewer.js')).viewNotes(options, entry.id);
      const { runDemo } = await import('../demo/run.js');
      return runDemo({ ...options, entry, flags: flagsOf(command, own) });
    }),
  );
}

async function withoutLab(options: DemoOptions, word: string | undefined): Promise<number> {
  if (options.notes && word === undefined) return (await import('../demo/notes-viewer.js')).viewNotes(options);
  if (word?.endsWith('.md')) return (await import('../demo/talk.js')).runTalk(word, options);
  const labs = CATALOGUE.map(({ id }) => id).join(', ');
  const message = word === undefined ? 'tslab demo: which lab?' : `tslab demo: there is no lab "${word}"`;
  throw plannedLab(word ?? '') ?? new UserError(message, 2, `The labs: ${labs}`);
}
