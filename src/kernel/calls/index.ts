/**
 * Constructors of system calls: the man page's names, in the man page's order; lengths of strings and arrays are filled in. They only
 * describe; `call()` and `start()` act.
 */
export * from './files.js';
export * from './mounts.js';
export * from './namespaces.js';
export * from './processes.js';
