/** Before each file of kernel tests, in its process: a network of its own, so that files side by side share no port and no link. */
import leaveNetwork from './leave-network.js';

await leaveNetwork();
