import { UserError } from '../../kernel/errors/user-error.js';
import { print } from '../../terminal/output.js';
import { said } from '../../terminal/said.js';
import type { Define } from '../command.js';
import { SCRIPTS } from '../completion/scripts.js';

const HELP = `
What it prints asks tslab itself at each Tab, so it stays as it is. For good:
  bash   echo 'source <(tslab completion bash)' >>~/.bashrc
  zsh    echo 'source <(tslab completion zsh)' >>~/.zshrc     (behind compinit)
  fish   tslab completion fish >~/.config/fish/completions/tslab.fish`;

/** `tslab completion` */
export const define: Define = (command, choose) =>
  command
    .description('Print a script for a shell: Tab then completes commands, options, names of containers and files.')
    .argument('<shell>', Object.keys(SCRIPTS).join(', '))
    .addHelpText('after', said(HELP))
    .action((shell: string) => choose(async () => completion(shell)));

function completion(shell: string): number {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  const known = Object.keys(SCRIPTS).join(', ');
  if (script === undefined) throw new UserError(`there is no completion for "${shell}"`, 2, `There is: ${known}.`);
  print(script);
  return 0;
}
