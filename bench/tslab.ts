import { fileURLToPath } from 'node:url';

/** The built program. */
export const TSLAB = fileURLToPath(new URL('../bin/tslab.cjs', import.meta.url));

// Node reads the certificates that this names at each start (Node 20): 40 ms, which are neither node's own nor tslab's.
delete process.env.NODE_EXTRA_CA_CERTS;
