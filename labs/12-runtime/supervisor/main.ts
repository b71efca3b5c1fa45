import { supervise } from './server.js';

process.title = 'tslab-supervisor';
// A remedy repeats what was typed, in front of sudo or systemd-run: those words were a client's.
process.env.TSLAB_TYPED = 'tslab …';
supervise();
