import { renderTrace } from '../../docker/output/trace.js';
import { type Prepared, prepare } from '../../doctor/prepare/prepare.js';
import { syscallMade } from '../../lab/tracer.js';
import { print } from '../../terminal/output.js';
import type { Words } from '../../view/words/index.js';
import { knowLeftovers } from '../leftovers.js';

/** What cannot be given: as where a lab is not possible. */
const LACKING = 3;

/** `tslab doctor --prepare`. 0 where nothing is lacking any more, else 3. */
export function prepareMachine(json: boolean, words: Words): number {
  knowLeftovers();
  const prepared = prepare();
  print(json ? `${JSON.stringify(toJson(prepared))}\n` : renderPrepared(prepared, words));
  return prepared.lacking.length === 0 ? 0 : LACKING;
}

/** Each deed in a sentence, with its system calls below; what is lacking still; what undoes it all. */
export function renderPrepared({ done, lacking }: Prepared, { commands, said }: Words): string {
  const deeds = done.map(({ what, calls }) => {
    return `${said(what)}\n\n${renderTrace(calls.map((call) => syscallMade('prepare', call)))}\n`;
  });
  const end = `${done.length > 0 ? commands.prepare.done : commands.prepare.nothing}\n`;
  return [
    ...deeds,
    ...lacking.map((text) => `${commands.prepare.lacking(said(text))}\n`),
    lacking.length > 0 && done.length === 0 ? '' : end,
  ].join('');
}

function toJson({ done, lacking }: Prepared) {
  const deeds = done.map(({ what, calls }) => ({ what, calls: calls.map((call) => syscallMade('prepare', call)) }));
  return { type: 'prepare', done: deeds, lacking };
}
