import { Command, CommanderError } from 'commander';
import { CATALOGUE } from '../../labs/catalogue.js';
import { LANGUAGES, languageNamed } from '../terminal/language.js';
import { type GlobalOptions, parse, type Work } from './command.js';
import { addLab, describeSteps } from './commands/lab.js';
import { COMMANDS } from './commands.js';
import { plannedCommand, plannedLab } from './planned.js';
import { outputError } from './report-error.js';
import { version } from './version.js';

const USAGE = 2;

/** Does what the words ask for. The exit status; throws what is no mistake in the words. */
export async function runProgram(words: readonly string[]): Promise<number> {
  try {
    const work = await parseWords(words);
    return await work();
  } catch (error) {
    // Commander has told its own errors by then; it throws for --help and --version too.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE;
  }
}

async function parseWords(words: readonly string[]): Promise<Work> {
  const program = new Command('tslab');
  addGlobalOptions(program);
  explainErrors(program);
  const { operands, unknown } = program.parseOptions([...words]);
  if (operands.length + unknown.length === 0) return () => letChoose(words, program.opts<GlobalOptions>());
  const [chosen = ''] = operands;
  const planned = plannedCommand(chosen) ?? plannedLab(chosen);
  if (planned) throw planned;
  return await parse(program, (_, choose) => addCommands(program, chosen, choose), words);
}

/** `tslab` alone, or with options only: the menu; the list where nobody is there to choose. */
async function letChoose(words: readonly string[], options: GlobalOptions): Promise<number> {
  if (!canShowMenu() || options.json || options.plain) return runProgram(['list', ...words]);
  const { menu } = await import('./commands/menu.js');
  return menu(options, (chosen) => runProgram([...chosen, ...words]));
}

/** A serial console does not tell its size; a menu comes out garbled there, and on a terminal without cursor movement. */
function canShowMenu(): boolean {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY && stdout.columns > 0 && process.env.TERM !== 'dumb';
}

/** Options that every command takes, before its name or behind it. */
function addGlobalOptions(program: Command): void {
  program
    .description('Learn Linux containers by building one out of real system calls.')
    .usage('[lab or command] [options]')
    .version(version())
    .option('--json', 'nothing but JSON on standard output, one object a line')
    .option('--plain', 'linear text, for screen readers and logs')
    .option('--no-color', 'no colour; the variable NO_COLOR does the same')
    .option('--lang <language>', `language: ${LANGUAGES.join(', ')}; else TSLAB_LANG or the locale`, (name) =>
      languageNamed(name, '--lang'),
    )
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() });
}

function explainErrors(program: Command): void {
  program
    .configureOutput({ outputError })
    .showHelpAfterError('`tslab list` shows the labs, `tslab --help` the commands and options.')
    .exitOverride()
    // For the help only: dispatch.ts makes `--help` of it.
    .helpCommand('help [command]', 'show how tslab, a lab or a command is used');
}

async function addCommands(program: Command, chosen: string, choose: (work: Work) => void): Promise<void> {
  for (const entry of CATALOGUE) addLab(program, entry, choose);
  for (const [name, { summary, isDockers, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).summary(summary).description(summary);
    // For the help only: their words never come here (see dispatch.ts).
    if (isDockers) command.helpGroup('Containers, as with docker:');
    else if (name === chosen) (await load()).define(command, choose);
  }
  program.command('version').summary('show the version of tslab');
  // The steps of a lab stand in the lab, which is loaded only when it is asked for.
  program.hook('preSubcommand', async (_, command) => {
    const entry = CATALOGUE.find(({ id }) => id === command.name());
    if (entry) command.addHelpText('after', describeSteps(await entry.load()));
  });
}
