import { UserError } from '../../kernel/errors/user-error.js';
import { untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { parseHosts } from '../../web/server/hosts.js';
import { LessonServer } from '../../web/server/server.js';
import { warn } from '../leftovers.js';
import type { GlobalOptions } from '../options.js';
import { desktopUser, openBrowser } from './open-browser.js';

/** What `tslab serve` takes. */
export interface ServeOptions extends GlobalOptions {
  readonly port: string;
  readonly open?: true;
  /** Where to listen, and other names of this machine. */
  readonly host?: readonly string[];
}

/** `tslab serve`: until Ctrl-C. The exit status. */
export async function serve({ port, open, host = [], lang, json }: ServeOptions): Promise<number> {
  const server = new LessonServer(chooseLanguage(lang, process.env), parseHosts(host));
  await server.listen(parsePort(port));
  return untilInterrupted(async ({ aborted }) => {
    const url = server.address(server.access.token);
    print(json ? `${JSON.stringify({ type: 'serving', url })}\n` : describe(url, host));
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

function describe(url: string, host: readonly string[]): string {
  const where = host.length === 0 ? 'in a browser on this machine' : 'in a browser';
  const warning =
    host.length === 0 ? '' : 'Whoever reaches it and reads what passes, which is not encrypted, can run labs here. ';
  return `The lessons are at\n\n  ${url}\n\nOpen this address ${where}. ${warning}Ctrl-C ends the server, and the labs that it runs.\n`;
}
