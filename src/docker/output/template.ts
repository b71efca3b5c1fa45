import { UserError } from '../../kernel/errors/user-error.js';
import { visibleJson, visibleLine } from '../../view/text/visible.js';

/**
 * The part of Go's templates that is used with `--format`: `{{.State.Pid}}`, `{{json .Mounts}}`, `\t` and `\n`.
 * Throws UserError (2) for anything else, and for a field that is not there.
 */
export function renderTemplate(template: string, data: object): string {
  const text = template.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  return text.replace(/\{\{(.*?)\}\}/g, (_, action: string) => evaluate(action.trim(), data));
}

function evaluate(action: string, data: object): string {
  const match = /^(json )?\s*\.([\w.]*)$/.exec(action);
  if (!match) throw notUnderstood(action);
  const value = lookUp(match[2] ?? '', data);
  return match[1] || typeof value === 'object' ? visibleJson(value) : visibleLine(String(value));
}

function lookUp(path: string, data: object): unknown {
  const names = path.split('.').filter(Boolean);
  return names.reduce<unknown>((value, name) => field(value, name), data);
}

function field(value: unknown, name: string): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) return Reflect.get(value, name);
  const there = typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : 'no fields';
  throw new UserError(`--format: there is no field ${JSON.stringify(name)}`, 2, `There: ${there}`);
}

function notUnderstood(action: string): UserError {
  return new UserError(
    `--format: {{${action}}} is not understood`,
    2,
    'A path such as {{.State.Pid}}, or {{json .Mounts}}; for more, pipe the JSON into jq.',
  );
}
