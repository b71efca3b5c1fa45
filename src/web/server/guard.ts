import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type Connection, userOfPeer } from '../../procfs/tcp.js';
import type { Access } from './access.js';
import { LOCAL } from './hosts.js';

/** Why a request is turned away. */
export type Refusal = 'host' | 'origin' | 'token';

/** The answer to a request that is turned away. */
export type TurnAway = (context: Context, refusal: Refusal) => Response;

/**
 * Lets a request pass that was made to this machine by one of its names, with the cookie; where it changes something, by a page of ours
 * and with the token. An address with the token gets the cookie, and the page gets the token: see client/token.ts.
 */
export function guard(access: Access, turnAway: TurnAway): MiddlewareHandler {
  return async (context, next) => {
    const port = portOf(context);
    const refusal = judgeOrigin(context.req.raw, port, access.names);
    if (refusal) return turnAway(context, refusal);
    const token = context.req.query('token');
    if (token !== undefined && access.admits(token, () => userOfPeer(connectionOf(context))))
      return letIn(context, access, port);
    return mayPass(context, access) ? await next() : turnAway(context, 'token');
  };
}

/** Undefined where the request comes from where it should. */
export function judgeOrigin(
  { method, headers }: Pick<Request, 'method' | 'headers'>,
  port: number,
  names: readonly string[] = LOCAL,
): Refusal | undefined {
  // DNS rebinding: evil.example can be made to point here, but its name stays in the header.
  if (!names.some((name) => headers.get('host')?.toLowerCase() === `${name}:${port}`)) return 'host';
  if (isHarmless(method)) return undefined;
  // Browsers send it with every request that is not GET or HEAD: Fetch Standard, "append a request Origin header".
  return names.some((name) => headers.get('origin') === `http://${name}:${port}`) ? undefined : 'origin';
}

function isHarmless(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function mayPass(context: Context, access: Access): boolean {
  const [, token] = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '') ?? [];
  if (access.knows(token)) return true;
  return isHarmless(context.req.method) && access.remembers(getCookie(context, cookieName(portOf(context))));
}

function letIn(context: Context, access: Access, port: number): Response {
  setCookie(context, cookieName(port), access.session, { httpOnly: true, sameSite: 'Strict', path: '/' });
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.delete('token');
  const rest = searchParams.size > 0 ? `?${searchParams}` : '';
  // Behind `//` would come another host. Behind `#` is what a browser sends to nobody.
  return context.redirect(`${pathname.replace(/^\/+/, '/')}${rest}#token=${access.token}`, 303);
}

/** A cookie belongs to all ports of a host, so several servers need several names. */
function cookieName(port: number): string {
  return `tslab-${port}`;
}

function connectionOf(context: Context): Connection {
  const { remotePort = 0 } = context.env.incoming.socket;
  return { remotePort, localPort: portOf(context) };
}

/** The port that the request has come to, whatever its header says. */
export function portOf(context: Context): number {
  return context.env.incoming.socket.localPort;
}
