import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const [NOTHING, OURS] = [["'none'"], ["'self'"]];

/** What the browser may do with a page: load what is ours, and nothing else; run no script that stands in the page. */
export const protectPages: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: NOTHING,
    scriptSrc: OURS,
    styleSrc: OURS,
    imgSrc: ["'self'", 'data:'],
    connectSrc: OURS,
    baseUri: NOTHING,
    formAction: NOTHING,
    frameAncestors: NOTHING,
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  // There is no HTTPS here, and the header would tell so of every server on this machine.
  strictTransportSecurity: false,
});

/** Nothing is kept: the next server on this port may be another one. */
export const keepNothing: MiddlewareHandler = async (context, next) => {
  await next();
  context.header('Cache-Control', 'no-store');
};
