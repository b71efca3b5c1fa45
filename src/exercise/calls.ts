/**
 * What a list of an exercise is written with: `import { mount, MS_BIND } from 'tslab/calls'`. Each function describes one system call, with the
 * name and the arguments of its man page; the constants are the kernel's.
 */
export { execInit } from '../../labs/01-pid-namespace/calls/init.js';
export * from '../kernel/calls/index.js';
export * from '../kernel/calls/mount-api.js';
export * from '../kernel/constants.js';
export type { Syscall } from '../kernel/syscall.js';
export { mayFail } from '../kernel/syscall.js';
export { ENVIRONMENT } from '../lab/script.js';
