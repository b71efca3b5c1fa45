import { commands } from './commands.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { exercise } from './exercise.js';
import { experiment } from './experiment.js';
import { namespaces } from './namespaces.js';
import { page, server } from './page.js';
import { handout, lessons, reader } from './reader.js';
import { run } from './run.js';

export const CHINESE = {
  ...run,
  commands,
  lessons,
  reader,
  handout,
  doctor,
  demo,
  exercise,
  experiment,
  namespaces,
  page,
  server,
};
