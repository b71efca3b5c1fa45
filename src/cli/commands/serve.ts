import { spawn } from 'node:child_process';
import { isInFirstUserNamespace } from '../../kernel/credentials/privilege.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { wordsIn } from '../../view/words/index.js';
import { parseHosts } from '../../web/server/hosts.js';
import { LessonServer } from '../../web/server/server.js';
import { type Define, type GlobalOptions, split } from '../command.js';
import { warn } from '../leftovers.js';

interface ServeOptions extends GlobalOptions {
  readonly port: string;
  readonly open?: true;
  /** Where to listen, and other names of this machine. */
  readonly host?: readonly string[];
}

/** Where `tslab serve` listens unless it is told otherwise. */
const PORT = '8765';

/** `tslab serve` */
export const define: Define = (command, choose) =>
  command
    .description('Show the lessons as pages in a browser on this machine, and run labs from them.')
    .option('--port <number>', 'port to listen on; 0 takes any that is free', PORT)
    .option(
      '--host <address>',
      'address to listen on, else 127.0.0.1; 0.0.0.0 is all, for a published port; again: another name of this machine',
      split,
    )
    .option('--open', 'open the browser too')
    .action(() => choose(() => serve(command.optsWithGlobals<ServeOptions>())));

/** Until Ctrl-C. The exit status. */
async function serve({ port, open, host = [], lang, json }: ServeOptions): Promise<number> {
  const language = chooseLanguage(lang, process.env);
  const server = new LessonServer(language, parseHosts(host));
  await server.listen(parsePort(port));
  return untilInterrupted(async ({ aborted }) => {
    const url = server.address(server.access.token);
    print(
      json
        ? `${JSON.stringify({ type: 'serving', url })}\n`
        : `${wordsIn(language).commands.serving(url, host.length > 0)}\n`,
    );
    // Every user of this machine can read a command line, so the browser gets an address that works once, and for its user.
    if (open) openBrowser(server.address(server.access.giveTicket(browserUser())), warn);
    await new Promise((resolve) => aborted.addEventListener('abort', resolve));
    await server.close();
    return 0;
  });
}

function browserUser(): number {
  return desktopUser(process.env).uid ?? process.geteuid?.() ?? -1;
}

/** Throws UserError (2) where it is none. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UserError(`--port "${text}" is no port`, 2, 'Ports go from 1 to 65535; 0 takes any that is free.');
}

/** Opens an address with the browser of whoever is at the desktop. Where that fails, `warn` is told what to do instead. */
export function openBrowser(url: string, warn: (message: string) => void): void {
  const fail = () => warn('no browser could be started (xdg-open): open the address yourself.');
  try {
    const browser = spawn('xdg-open', [url], { stdio: 'ignore', detached: true, ...desktopUser(process.env) });
    browser.on('error', fail);
    browser.on('exit', (status) => status !== 0 && fail());
    browser.unref();
  } catch {
    fail(); // node throws some errors at once: EPERM for a root that may not become somebody else
  }
}

/** Behind sudo the user who typed it: browsers refuse to run as root, and should not. In a user namespace that uid is somebody else's. */
export function desktopUser({ SUDO_UID, SUDO_GID }: NodeJS.ProcessEnv): { uid?: number; gid?: number } {
  if (process.geteuid?.() !== 0 || !isInFirstUserNamespace() || !SUDO_UID || !SUDO_GID) return {};
  return { uid: Number(SUDO_UID), gid: Number(SUDO_GID) };
}
