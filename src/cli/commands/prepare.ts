import { renderTrace } from '../../docker/output/trace.js';
import { type Prepared, prepare } from '../../doctor/prepare/prepare.js';
import { syscallMade } from '../../lab/tracer.js';
import { print } from '../../terminal/output.js';
import { knowLeftovers } from '../leftovers.js';

/** What cannot be given: as where a lab is not possible. */
const LACKING = 3;

/** `tslab doctor --prepare`. 0 where nothing is lacking any more, else 3. */
export function prepareMachine(json: boolean): number {
  knowLeftovers();
  const prepared = prepare();
  print(json ? `${JSON.stringify(toJson(prepared))}\n` : renderPrepared(prepared));
  return prepared.lacking.length === 0 ? 0 : LACKING;
}

/** Each deed in a sentence, with its system calls below; what is lacking still; what undoes it all. */
export function renderPrepared({ done, lacking }: Prepared): string {
  const deeds = done.map(({ what, calls }) => {
    return `${what}\n\n${renderTrace(calls.map((call) => syscallMade('prepare', call)))}\n`;
  });
  const end = done.length > 0 ? 'tslab cleanup takes it back. tslab doctor says what can run now.\n' : NOTHING;
  return [
    ...deeds,
    ...lacking.map((text) => `Cannot be given here: ${text}\n`),
    lacking.length > 0 && done.length === 0 ? '' : end,
  ].join('');
}

const NOTHING = 'Nothing is to be prepared here. tslab doctor says what can run.\n';

function toJson({ done, lacking }: Prepared) {
  const deeds = done.map(({ what, calls }) => ({ what, calls: calls.map((call) => syscallMade('prepare', call)) }));
  return { type: 'prepare', done: deeds, lacking };
}
