import { fileURLToPath } from 'node:url';

/** The built program. */
export const TSLAB = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
