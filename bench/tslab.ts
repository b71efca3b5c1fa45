import { fileURLToPath } from 'node:url';

/** The built program. */
export const TSLAB = fileURLToPath(new URL('../bin/tslab.cjs', import.meta.url));
