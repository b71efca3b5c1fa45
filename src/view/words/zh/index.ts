import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { page, server } from './page.js';
import { lessons, reader } from './reader.js';
import { run } from './run.js';

export const CHINESE = { ...run, lessons, reader, doctor, demo, page, server };
