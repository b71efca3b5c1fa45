import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { checkHost } from '../../../image/reference.js';
import { keepCredentials } from '../../../image/registry/credentials.js';
import { HUB } from '../../../image/registry/hosts.js';
import { Registry } from '../../../image/registry/registry.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { addTlsVerify } from './transfer.js';

/** `tslab login` */
export const define: Define = (command, choose) => {
  addTlsVerify(command)
    .description(
      'Try a name and a password at a registry, and keep them for pull and push: in Docker’s config.json, or by its helper.',
    )
    .argument('[server]', 'HOST[:PORT]; without it Docker Hub')
    .option('-u, --username <name>', 'asked for where it is missing')
    .option('-p, --password <password>', 'others see it in `ps` and in the history of the shell')
    .option('--password-stdin', 'the password comes from standard input')
    .action((server: string | undefined, options: Options) =>
      choose(() => tellingErrors(() => login(server, options))),
    );
};

interface Options {
  readonly username?: string;
  readonly password?: string;
  readonly passwordStdin?: true;
  readonly tlsVerify?: boolean;
}

async function login(server: string | undefined, options: Options): Promise<number> {
  const host = hostOf(server);
  checkOptions(options);
  const username = options.username ?? (await ask('input', 'Username'));
  const password = await passwordOf(options);
  if (username === '' || password === '')
    throw new UserError('username and password must not be empty', 1, `tslab login -u NAME ${host}`);
  const credentials = { username, password };
  using registry = await Registry.open({ host, repository: '' }, { credentials, tlsVerify: options.tlsVerify });
  const identityToken = await registry.checkIn();
  const kept = identityToken === undefined ? credentials : { username, password: '', identityToken };
  const keeper = keepCredentials(host, kept);
  if ('file' in keeper) tellUnencrypted(keeper.file);
  print('Login Succeeded\n');
  return 0;
}

/** Docker takes the URL that its config.json has for the Hub. */
export function hostOf(server: string | undefined): string {
  const host = (server ?? HUB).replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return ['index.docker.io', 'registry-1.docker.io', HUB].includes(host) ? HUB : checkHost(host);
}

function checkOptions({ username, password, passwordStdin }: Options): void {
  if (passwordStdin && password !== undefined)
    throw new UserError('conflicting options: cannot specify both --password and --password-stdin', 1);
  if (passwordStdin && !username) throw new UserError('the --password-stdin option requires --username to be set', 1);
  if (password !== undefined) warn('WARNING! Using --password via the CLI is insecure. Use --password-stdin.');
}

async function passwordOf({ password, passwordStdin }: Options): Promise<string> {
  if (passwordStdin) return readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  return password ?? (await ask('invisible', 'Password'));
}

async function ask(type: 'input' | 'invisible', message: string): Promise<string> {
  if (!isatty(0))
    throw new UserError(
      'Cannot perform an interactive login from a non TTY device',
      1,
      'printf %s "$PASSWORD" | tslab login -u NAME --password-stdin HOST',
    );
  const { default: enquirer } = await import('enquirer');
  const answer: { value: string } = await enquirer.prompt({ type, name: 'value', message });
  return answer.value.trim();
}

/** Docker's words (cli, command/registry/login.go). */
function tellUnencrypted(file: string): void {
  process.stderr.write(`
WARNING! Your credentials are stored unencrypted in '${file}'.
Configure a credential helper to remove this warning. See
https://docs.docker.com/go/credential-store/

`);
}
