import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { expectedStatus, lessonCommands, needsTerminal, shortened } from '../support/lesson-commands.js';
import { needs } from '../support/needs.js';
import { atTerminal, shell } from './tslab.js';

const LESSONS = ['00-introduction', ...CATALOGUE.map(({ id }) => id), 'glossary'];
const COMMANDS = lessonCommands(LESSONS).map((command) => [command.name, command] as const);
const AT_TERMINAL = COMMANDS.filter(([, { script }]) => script.endsWith('--step'));

describe('what lessons tell the reader to type', () => {
  let scratch = '';
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'tslab-typed-'));
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  it.for(COMMANDS.filter(([, command]) => !needsTerminal(command)))('%s', ([, command], test) => {
    needs(test, 'root');
    const { status, stdout, stderr } = shell(`cd ${scratch}; set -e; ${shortened(command.script)}`);
    expect({ status, stdout, stderr }).toMatchObject({ status: expectedStatus(command) });
  });

  it.for(AT_TERMINAL)('%s', async ([, { script }], test) => {
    needs(test, 'root');
    const run = atTerminal(shortened(script).replace('tslab ', ''));
    let ended = false;
    const end = run.ended.finally(() => {
      ended = true;
    });
    for (let step = 1; !ended; step++) {
      await Promise.race([run.seen('q: end', step), end]);
      run.type(' ');
    }
    expect((await end).status).toBe(0);
  });
});
