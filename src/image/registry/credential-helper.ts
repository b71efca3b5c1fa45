import { spawnSync } from 'node:child_process';
import { UserError } from '../../kernel/errors/user-error.js';
import { record, text } from '../../kernel/parser.js';

/** A user of a registry. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** In their place: a token that others are had for (OAuth 2). */
  readonly identityToken?: string;
}

const found = record({ Username: text, Secret: text });

/** A name that stands for none: the secret is an identity token. */
const TOKEN_USER = '<token>';

/** What `docker-credential-NAME` has for a host; undefined where it has nothing. Throws UserError (2). Protocol: docker-credential-helpers. */
export function askHelper(helper: string, key: string): Credentials | undefined {
  const { status, output } = run(helper, 'get', key);
  if (status !== 0 && /credentials not found/i.test(output)) return undefined;
  if (status !== 0) throw failed(helper, 'get', output);
  const { Username, Secret } = parsed(helper, output);
  if (Username === TOKEN_USER) return { username: '', password: '', identityToken: Secret };
  return { username: Username, password: Secret };
}

/** Has it keep what `get` gives then. Throws UserError (2). */
export function tellHelper(helper: string, key: string, { username, password, identityToken }: Credentials): void {
  const secret =
    identityToken === undefined
      ? { Username: username, Secret: password }
      : { Username: TOKEN_USER, Secret: identityToken };
  const { status, output } = run(helper, 'store', JSON.stringify({ ServerURL: key, ...secret }));
  if (status !== 0) throw failed(helper, 'store', output);
}

/** What is not there is erased already. Throws UserError (2). */
export function eraseInHelper(helper: string, key: string): void {
  const { status, output } = run(helper, 'erase', key);
  if (status !== 0 && !/credentials not found/i.test(output)) throw failed(helper, 'erase', output);
}

/** In ms: it may ask its user for a password meanwhile. */
const PATIENCE = 120_000;

function run(helper: string, verb: string, input: string): { status: number | null; output: string } {
  const program = programOf(helper);
  const { status, stdout, error } = spawnSync(program, [verb], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT')
    throw failed(helper, verb, `it has not answered for ${PATIENCE / 1000} s`);
  if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') return { status, output: (stdout ?? '').trim() };
  const remedy = 'Docker’s config.json names it (credsStore, credHelpers): install it, or take it out there.';
  throw new UserError(`the credential helper ${program} cannot be run: ${error.message}`, 2, remedy);
}

function programOf(helper: string): string {
  if (/^[\w.-]+$/.test(helper)) return `docker-credential-${helper}`;
  throw new UserError(
    `${JSON.stringify(helper)} is no name of a credential helper`,
    2,
    'Such as pass, for docker-credential-pass.',
  );
}

function parsed(helper: string, output: string) {
  try {
    return found(JSON.parse(output), '');
  } catch (error) {
    throw failed(helper, 'get', (error as Error).message);
  }
}

function failed(helper: string, verb: string, output: string): UserError {
  const message = `docker-credential-${helper} ${verb} failed: ${output || 'it says nothing'}`;
  return new UserError(message, 2, 'Docker’s config.json names it: credsStore, credHelpers.');
}
