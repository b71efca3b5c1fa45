import { CATALOGUE, type CatalogueEntry } from '../../../labs/catalogue.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { LabDefinition } from '../../lab/definition.js';
import { HOST_STEP } from '../../lab/host.js';
import type { TalkPart } from '../../lesson/talk.js';
import type { Script } from '../../view/demo/script.js';
import type { Item } from '../../view/run/items.js';
import { shortNames } from '../commands/lab.js';
import type { Source } from './controller.js';

/** A part of a talk with the lab that it is of. */
export interface LoadedPart {
  readonly part: TalkPart;
  readonly entry: CatalogueEntry;
  readonly definition: LabDefinition;
}

/** Throws UserError where there is no such lab, or it has no such step. */
export async function loadPart(part: TalkPart): Promise<LoadedPart> {
  const entry = CATALOGUE.find(({ id }) => id === part.lab || shortNames(id).includes(part.lab));
  if (!entry) throw new UserError(`${part.place}: there is no lab "${part.lab}"`, 2);
  const definition = await entry.load();
  const steps = [...definition.steps, HOST_STEP];
  const unknown = part.steps.find((step) => !steps.includes(step));
  if (unknown) throw refuse(`${part.place}: ${entry.id} has no step "${unknown}"`, steps);
  const fixed = part.skip.find((step) => !definition.skippable.includes(step));
  if (fixed) throw refuse(`${part.place}: ${entry.id} cannot skip "${fixed}"`, definition.skippable);
  return { part, entry, definition };
}

function refuse(what: string, steps: readonly string[]): UserError {
  return new UserError(what, 2, `There are: ${steps.join(', ')}`);
}

/** Its own words on the title page, and the steps that it has chosen, in the lab's order; `planned`: minutes for what comes before. */
export function scriptOfPart(script: Script, { title, text, steps: chosen }: TalkPart, planned = 0): Script {
  const steps = script.steps.filter(({ id }) => chosen.length === 0 || chosen.includes(id));
  return { ...script, title, summary: text, minutes: steps.length, notes: '', planned, steps };
}

/** What a run tells of the steps that were chosen; it stands still behind the last of them, and the others are run unseen. */
export function sourceOfPart(run: Source, { steps }: TalkPart): Source {
  if (steps.length === 0) return run;
  const left = new Set(steps);
  let isShown = false;
  const next = async (): Promise<Item | undefined> => {
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
