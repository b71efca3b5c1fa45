// Node 12 must be able to parse this file: see requirements.ts.
import { readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/**
 * From now on node takes the code of the bundle's files as the build has compiled it (rolldown.config.ts), which spares `tslab
 * run` 14 ms. V8 refuses what another version of its own has compiled, and compiles it anew.
 */
export function useCompiledCode(): void {
  const { extensions } = createRequire(import.meta.url);
  extensions['.cjs'] = (module, file) => {
    const cachedData = compiledCode(file);
    if (cachedData)
      evaluate(module, new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file, cachedData }));
    else extensions['.js'](module, file);
  };
}

/** What was compiled of this very text: V8 itself compares no more than the length. */
function compiledCode(file: string): Buffer | undefined {
  const compiled = `${file}.cache`;
  const stats = statSync(compiled, { throwIfNoEntry: false });
  return stats && stats.mtimeMs >= statSync(file).mtimeMs ? readFileSync(compiled) : undefined;
}

/** As node does it: https://nodejs.org/api/modules.html#the-module-wrapper */
function evaluate(module: NodeJS.Module, script: Script): void {
  const { exports, filename } = module;
  script.runInThisContext()(exports, createRequire(filename), module, filename, dirname(filename));
}
