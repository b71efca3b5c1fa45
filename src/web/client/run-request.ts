import type { RunRequest } from '../messages.js';

/** A step that a reader has pressed a button of: the lab is run up to its end, or with its calls and without them. */
export interface Goal {
  readonly step: string;
  readonly compare?: boolean;
}

/** What the panel of a lab asks for, as it is filled in; all of the lab where no step is given. */
export function readRunRequest(panel: HTMLFormElement, goal: Goal | undefined): RunRequest {
  const { lab = '' } = panel.dataset;
  const language = document.documentElement.lang.slice(0, 2);
  const request = { lab, language, options: changedOptions(panel) };
  if (goal?.compare) return { ...request, skip: [goal.step], compare: true };
  const skip = new FormData(panel).getAll('skip').map(String);
  return { ...request, skip, ...(goal && { runTo: goal.step }) };
}

/** What stands as it was is left to the lab. */
function changedOptions(panel: HTMLFormElement): Record<string, string> {
  const inputs = [...panel.querySelectorAll<HTMLInputElement>('input[type=text]')];
  const changed = inputs.filter(({ value, defaultValue }) => value !== defaultValue);
  return Object.fromEntries(changed.map(({ name, value }) => [name, value]));
}
