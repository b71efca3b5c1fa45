import { limitOpenFiles } from '../../kernel/files/open-files.js';
import { supervise } from './server.js';

process.title = 'tslab-supervisor';
// A remedy repeats what was typed, in front of sudo or systemd-run: those words were a client's.
process.env.TSLAB_TYPED = 'tslab …';
// The caller's limit is not known any more when a detached container is restarted. So all have 1024, as with Docker and systemd.
limitOpenFiles(1024);
supervise();
