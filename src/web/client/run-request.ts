import type { RunRequest } from '../messages.js';

/** What the panel of a lab asks for, as it is filled in. */
export function readRunRequest(panel: HTMLFormElement, runTo: string | undefined): RunRequest {
  const { lab = '' } = panel.dataset;
  const skip = new FormData(panel).getAll('skip').map(String);
  const language = document.documentElement.lang.slice(0, 2);
  return { lab, language, skip, options: changedOptions(panel), ...(runTo === undefined ? {} : { runTo }) };
}

/** What stands as it was is left to the lab. */
function changedOptions(panel: HTMLFormElement): Record<string, string> {
  const inputs = [...panel.querySelectorAll<HTMLInputElement>('input[type=text]')];
  const changed = inputs.filter(({ value, defaultValue }) => value !== defaultValue);
  return Object.fromEntries(changed.map(({ name, value }) => [name, value]));
}
