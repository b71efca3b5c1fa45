import { keep, kept } from './storage.js';

let token: string | undefined;

/**
 * Takes the secret out of the address, where the server has put it (`#token=…`), before anybody sees it there. It is kept for this
 * host and this port alone: a cookie would go to every other server of this machine as well.
 */
export function takeToken(): void {
  token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  keep('token', token);
  history.replaceState(null, '', location.pathname + location.search);
}

/** What a request that changes something must have with it. */
export function credentials(): Record<string, string> {
  return { Authorization: `Bearer ${token ?? kept('token') ?? ''}` };
}
