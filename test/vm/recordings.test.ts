import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/lab/events.js';
import { loadRun, parseRun, recordingPath } from '../../src/lab/recording.js';
import { normalise, shapeOf } from '../support/normalise.js';
import { LABS, SKIPS } from './commands.js';
import { run } from './run.js';

const RECORDED = [...LABS.map((lab) => ({ name: lab, lab, skip: undefined, steps: undefined })), ...SKIPS];

describe('the recording of', () => {
  it.each(RECORDED)(
    '$name is what the lab tells today, apart from figures (npm run record)',
    ({ name, lab, skip, steps }) => {
      const events = normalise(parseRun(run(name).output)).filter((event) => isShown(event, steps));
      if (process.env.TSLAB_RECORD) save(recordingPath(lab, skip), events);
      expect(shapeOf(loadRun(lab, skip) ?? [])).toEqual(shapeOf(events));
    },
  );
});

/** Of a run with a step left out only what a lesson shows is kept. */
function isShown(event: LabEvent, steps: readonly string[] | undefined): boolean {
  if (steps === undefined || event.type === 'lab' || event.type === 'end') return true;
  return steps.includes(event.type === 'step' ? event.id : event.step);
}

function save(path: string, events: readonly LabEvent[]): void {
  mkdirSync('lessons/runs', { recursive: true });
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
