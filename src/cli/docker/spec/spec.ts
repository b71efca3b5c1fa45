import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nodePath } from '../../../kernel/files/file-names.js';
import { DEFAULT_SPEC, DOCKERS_CAPABILITIES } from '../../../oci/defaults.js';
import { formatJson } from '../../../oci/json.js';
import { builtinRules } from '../../../seccomp/builtin/rules.js';
import type { Define } from '../../command.js';

/** `tslab spec` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Write the specification (OCI) of a default container to config.json, to change and to run: runc run, crun run.',
    )
    .option('-b, --bundle <dir>', 'the directory of the bundle', '.')
    .action(({ bundle }: { bundle: string }) => choose(() => spec(bundle)));

async function spec(bundle: string): Promise<number> {
  const linux = { ...DEFAULT_SPEC.linux, seccomp: builtinRules(DOCKERS_CAPABILITIES.bounding) };
  const file = nodePath(join(bundle, 'config.json'));
  if (existsSync(file)) throw new UserError('File config.json exists. Remove it first', 1);
  try {
    writeFileSync(file, formatJson({ ...DEFAULT_SPEC, linux }), { flag: 'wx' });
  } catch (error) {
    throw new UserError(`config.json cannot be written: ${(error as Error).message}`, 1);
  }
  return 0;
}
