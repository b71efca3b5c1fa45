import type { Command } from 'commander';
import { CATALOGUE, type CatalogueEntry } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { chooseLanguage } from '../../terminal/language.js';
import { said } from '../../terminal/said.js';
import { wordsIn } from '../../view/words/index.js';
import { type Define, split, type Work } from '../command.js';
import type { DemoOptions } from '../demo/request.js';
import { addOwnOptions, describeLabs, labCommand } from './lab.js';
import { labsIn } from './read/lessons.js';

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
    .option('--skip <step>', "with a step's calls and without, beside each other; several by commas", split)
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
    .addHelpText('after', said(KEYS))
    .action((word?: string) => choose(() => withoutLab(demo.optsWithGlobals<DemoOptions>(), word)));
  const language = chooseLanguage(demo.optsWithGlobals<DemoOptions>().lang, process.env);
  const labs = labsIn(language);
  describeLabs(demo, labs, wordsIn(language));
  for (const entry of labs) addLabTo(demo, entry, choose);
};

function addLabTo(demo: Command, entry: CatalogueEntry, choose: (work: Work) => void): void {
  const command = labCommand(demo, entry).addHelpText('after', said(KEYS));
  const flagsOf = addOwnOptions(command, entry);
  command.action(() =>
    choose(async () => {
      const options = command.optsWithGlobals<DemoOptions>();
      if (options.notes) return (await import('../demo/notes-viewer.js')).viewNotes(options, entry.id);
      const { runDemo } = await import('../demo/run.js');
      return runDemo({ ...options, entry, flags: flagsOf() });
    }),
  );
}

async function withoutLab(options: DemoOptions, word: string | undefined): Promise<number> {
  if (options.notes && word === undefined) return (await import('../demo/notes-viewer.js')).viewNotes(options);
  if (word?.endsWith('.md')) return (await import('../demo/talk.js')).runTalk(word, options);
  const labs = CATALOGUE.map(({ id }) => id).join(', ');
  const message = word === undefined ? 'tslab demo: which lab?' : `tslab demo: there is no lab "${word}"`;
  throw new UserError(message, 2, `The labs: ${labs}`);
}
