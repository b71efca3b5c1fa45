import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import { visibleJson } from '../../../view/text/visible.js';
import { forEach, tellError } from './errors.js';

/** Docker's exit status for a template that cannot be read (docker/cli cli/command/inspect/inspector.go). */
const UNREADABLE = 64;

/**
 * Prints what is known of each object: an array of JSON, or with a format (`json`, a template) a line each. One that is not
 * there, or to which the template does not apply, does not keep the others from it. The exit status.
 */
export async function inspectEach(
  references: readonly string[],
  format: string | undefined,
  find: (reference: string) => Promise<object>,
): Promise<number> {
  if (!format || format === 'json') return inspectAsJson(references, format ? undefined : 4, find);
  const render = await compile(format);
  if (!render) return UNREADABLE;
  let text = '';
  const status = await forEach(references, async (reference) => {
    text += `${render(await find(reference))}\n`;
  });
  print(text || '\n');
  return status;
}

async function inspectAsJson(
  references: readonly string[],
  indent: number | undefined,
  find: (reference: string) => Promise<object>,
): Promise<number> {
  const found: object[] = [];
  const status = await forEach(references, async (reference) => {
    found.push(await find(reference));
  });
  print(`${visibleJson(found, indent)}\n`);
  return status;
}

async function compile(format: string): Promise<((data: object) => string) | undefined> {
  const { compileTemplate } = await import('../../../docker/template/template.js');
  try {
    return compileTemplate(format).render;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tellError(error);
    return undefined;
  }
}
