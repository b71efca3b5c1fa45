import { limitOpenFiles } from '../../kernel/files/open-files.js';
import { loadNetworks } from '../start/joining.js';
import { supervise } from './server.js';

process.title = 'tslab-supervisor';
// A remedy repeats the command with sudo or systemd-run: that command was a client's.
process.env.TSLAB_TYPED = 'tslab …';
// When a detached container is restarted, its caller's limit is not known. So all have 1024, as with Docker and systemd.
limitOpenFiles(1024);
void loadNetworks().then(supervise);
