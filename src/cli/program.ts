import { Command, CommanderError, Help } from 'commander';
import { CATALOGUE } from '../../labs/catalogue.js';
import { UserError } from '../kernel/errors/user-error.js';
import { chooseLanguage, LANGUAGES, languageNamed } from '../terminal/language.js';
import { said } from '../terminal/said.js';
import { displayWidth } from '../view/text/width.js';
import { wrap } from '../view/text/wrap.js';
import { wordsIn } from '../view/words/index.js';
import { type GlobalOptions, parse, type Work } from './command.js';
import { addLab, describeLabs, shortNames } from './commands/lab.js';
import { labsIn } from './commands/read/lessons.js';
import { COMMANDS, entryOf } from './commands.js';
import { plannedCommand } from './planned.js';
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
  const planned = plannedCommand(chosen);
  if (planned) throw planned;
  if (words.includes('--help') && chosen !== '' && !entryOf(chosen) && !isLab(chosen)) throw unknownTopic(chosen);
  return await parse(program, (_, choose) => addCommands(program, chosen, choose), words);
}

function isLab(name: string): boolean {
  return CATALOGUE.some(({ id }) => id === name || shortNames(id).includes(name));
}

/** In the words of docker, with its status (docker/cli, cmd/docker/docker.go). */
function unknownTopic(name: string): UserError {
  const remedy = 'There is no such command or lab: `tslab --help` shows those that there are.';
  return new UserError(`unknown help topic: ${name}`, 1, remedy);
}

/** All that `tslab` understands, but for the options of Docker's commands; of its own commands those of the chosen one. */
export async function describeProgram(chosen: string): Promise<Command> {
  const program = new Command('tslab');
  addGlobalOptions(program);
  await addCommands(program, chosen, () => {});
  return program;
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

const { prototype } = Help;

/** How commander shows help: what commands and options say of themselves in the reader's language, as wide as it is on a screen. */
const HELP: Partial<Help> = {
  showGlobalOptions: true,
  subcommandTerm: (command) => command.name(),
  styleTitle: said,
  styleUsage: said,
  commandDescription: (command) => said(prototype.commandDescription(command)),
  subcommandDescription: (command) => said(prototype.subcommandDescription(command)),
  argumentDescription: (argument) => said(prototype.argumentDescription(argument)),
  optionDescription: (option) => said(prototype.optionDescription(option)),
  displayWidth,
  boxWrap,
};

/** Words of Chinese have no spaces between them, at which commander would break a line. */
function boxWrap(this: Help, text: string, width: number): string {
  if (width < this.minWidthToWrap || displayWidth(text) === text.length)
    return prototype.boxWrap.call(this, text, width);
  return wrap([{ text }], width).join('\n');
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
    .configureHelp(HELP);
}

function explainErrors(program: Command): void {
  program
    .configureOutput({ outputError })
    .showHelpAfterError(said('`tslab list` shows the labs, `tslab --help` the commands and options.'))
    .exitOverride()
    // For the help only: dispatch.ts makes `--help` of it.
    .helpCommand('help [command]', 'show how tslab, a lab or a command is used');
}

async function addCommands(program: Command, chosen: string, choose: (work: Work) => void): Promise<void> {
  const language = chooseLanguage(program.opts<GlobalOptions>().lang, process.env);
  const labs = labsIn(language);
  for (const entry of labs) addLab(program, entry, choose);
  for (const [name, { summary, isDockers, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).summary(summary).description(summary);
    // For the help only: their words never come here (see dispatch.ts).
    if (isDockers) command.helpGroup('Containers, as with docker:');
    else if (name === chosen) (await load()).define(command, choose);
  }
  describeLabs(program, labs, wordsIn(language));
}
