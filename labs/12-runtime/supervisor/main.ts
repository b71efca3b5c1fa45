import { supervise } from './server.js';

process.title = 'tslab-supervisor';
supervise();
