import { CATALOGUE, type CatalogueEntry } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { checkSkips, checkSteps, type LabDefinition } from '../../lab/definition.js';
import { HOST_STEP } from '../../lab/host-step.js';
import type { LabPart } from '../../lesson/talk.js';
import type { Script } from '../../view/demo/script.js';
import type { Beside } from '../../view/experiment/runs.js';
import { shortNames } from '../commands/lab.js';
import type { Source } from './controller.js';

/** A part of a talk with the lab that it is of. */
export interface LoadedPart {
  readonly part: LabPart;
  readonly entry: CatalogueEntry;
  readonly definition: LabDefinition;
}

/** Throws UserError where there is no such lab, or it has no such step. */
export async function loadPart(part: LabPart): Promise<LoadedPart> {
  const entry = CATALOGUE.find(({ id }) => id === part.lab || shortNames(id).includes(part.lab));
  if (!entry) throw new UserError(`${part.place}: there is no lab "${part.lab}"`, 2);
  const definition = await entry.load();
  checkSteps({ id: entry.id, steps: [...definition.steps, HOST_STEP] }, part.steps, part.place);
  checkSkips(definition, part.skip, part.place);
  return { part, entry, definition };
}

/** Its own words on the title page, and the steps that it has chosen, in the lab's order; `planned`: minutes for what comes before. */
export function scriptOfPart(script: Script, { title, text, steps: chosen }: LabPart, planned = 0): Script {
  const steps = script.steps.filter(({ id }) => chosen.length === 0 || chosen.includes(id));
  return { ...script, title, summary: text, minutes: steps.length, notes: '', planned, steps };
}

/** What a run tells of the steps that were chosen; it stands still behind the last of them, and the others are run unseen. */
export function sourceOfPart(run: Source, { steps }: LabPart): Source {
  if (steps.length === 0) return run;
  const left = new Set(steps);
  let isShown = false;
  const next = async (): Promise<Beside | undefined> => {
    for (;;) {
      const item = await run.next();
      if (item?.type === 'step') {
        if (left.size === 0) return undefined;
        isShown = left.delete(item.id);
      }
      if (!item || isShown || item.type === 'over') return item;
    }
  };
  return { next };
}
