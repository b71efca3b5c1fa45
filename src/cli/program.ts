import { Command, CommanderError } from 'commander';
import { CATALOGUE } from '../../labs/catalogue.js';
import { addBuildSite } from './commands/build-site-command.js';
import { addDemo } from './commands/demo.js';
import { addDoctor } from './commands/doctor-command.js';
import { addLab, describeSkips } from './commands/lab.js';
import { addProgress } from './commands/progress-command.js';
import { addRead } from './commands/read/command.js';
import { addServe } from './commands/serve-command.js';
import { CONTAINER_COMMANDS } from './commands.js';
import type { GlobalOptions } from './options.js';
import { outputError } from './usage-error.js';
import { version } from './version.js';

/** What a command line comes to. Does it; the exit status. */
export type Work = () => Promise<number>;

const USAGE = 2;

/** Does what the words ask for. The exit status; throws what is no mistake in the words. */
export async function runProgram(words: readonly string[]): Promise<number> {
  try {
    const work = await parse(words);
    return await work();
  } catch (error) {
    // Commander has told its own errors by then; it throws for --help and --version too.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE;
  }
}

async function parse(words: readonly string[]): Promise<Work> {
  let work: Work = async () => 0;
  const program = createProgram((chosen) => {
    work = chosen;
  });
  const { operands, unknown } = program.parseOptions([...words]);
  if (operands.length + unknown.length === 0) return () => letChoose(words, program.opts<GlobalOptions>());
  await program.parseAsync([...words], { from: 'user' });
  return work;
}

/** `tslab` alone, or with options only: the menu; the list where nobody is there to choose. */
async function letChoose(words: readonly string[], options: GlobalOptions): Promise<number> {
  if (!canShowMenu() || options.json || options.plain) return runProgram(['list', ...words]);
  const { menu } = await import('./commands/menu.js');
  return menu(options, (id) => runProgram([id, ...words]));
}

/** A serial console does not tell its size; a menu comes out garbled there, and on a terminal without cursor movement. */
function canShowMenu(): boolean {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY && stdout.columns > 0 && process.env.TERM !== 'dumb';
}

function createProgram(choose: (work: Work) => void): Command {
  const program = new Command('tslab');
  addGlobalOptions(program);
  explainErrors(program);
  for (const entry of CATALOGUE) addLab(program, entry, choose);
  addCommands(program, choose);
  addDemo(program, choose);
  nameContainerCommands(program);
  // The steps of a lab stand in the lab, which is loaded only when it is asked for.
  return program.hook('preSubcommand', async (_, command) => {
    const entry = CATALOGUE.find(({ id }) => id === command.name());
    if (entry) command.addHelpText('after', describeSkips(await entry.load()));
  });
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
    .option('--lang <language>', 'language of the lessons: en, zh; else TSLAB_LANG or the locale')
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() });
}

function explainErrors(program: Command): void {
  program
    .configureOutput({ outputError })
    .showHelpAfterError('`tslab list` shows the labs, `tslab --help` the commands and options.')
    .exitOverride()
    .helpCommand(false);
}

function addCommands(program: Command, choose: (work: Work) => void): void {
  const add = (name: string, summary: string, work: (options: GlobalOptions) => Promise<number>) =>
    program
      .command(name)
      .description(summary)
      .action(() => choose(() => work(program.opts<GlobalOptions>())));
  add('list', 'list the labs', async (options) => (await import('./commands/list.js')).list(options));
  addRead(program, choose);
  addProgress(program, choose);
  addDoctor(program, choose);
  add('cleanup', 'remove what runs that were killed left behind, and prove it', async (options) =>
    (await import('./commands/cleanup.js')).cleanUp(options),
  );
  addServe(program, choose);
  addBuildSite(program, choose);
}

/** For the help only: the words of a container command never come here (see run.ts). */
function nameContainerCommands(program: Command): void {
  for (const [name, { summary }] of Object.entries(CONTAINER_COMMANDS)) {
    program.command(name).summary(summary).helpGroup('Containers, as with docker:');
  }
}
