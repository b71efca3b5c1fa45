/**
 * Constructors of system calls: the man page's names, in the man page's order; lengths of strings and arrays are filled in. They only
 * describe; `call()` and `start()` act.
 */
export * from './file-calls.js';
export * from './mount-calls.js';
export * from './namespace-calls.js';
export * from './process-calls.js';
