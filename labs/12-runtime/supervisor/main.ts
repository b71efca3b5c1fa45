import { limitOpenFiles } from '../../../src/kernel/open-files.js';
import { supervise } from './server.js';

process.title = 'tslab-supervisor';
// A remedy repeats what was typed, in front of sudo or systemd-run: those words were a client's.
process.env.TSLAB_TYPED = 'tslab …';
// Of a container in the background nobody's limit is known when it is restarted, so it is what Docker's daemon and systemd give.
limitOpenFiles(1024);
supervise();
