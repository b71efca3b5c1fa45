// Node 12 must be able to parse this file: see requirements.ts.
import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { placesOf, readTrusted } from './code-places.js';
import { unpackCode } from './packed-code.js';

/**
 * From now on node takes the code of the bundle's files as it was compiled once (compile-anew.ts), which spares `tslab run` 15 ms.
 * What has no compiled code that belongs to it is compiled by node as ever, and kept at the end for the next run.
 */
export function useCompiledCode(): void {
  const require = createRequire(import.meta.filename);
  const folder = dirname(require.main ? require.main.filename : '');
  require.extensions['.cjs'] = (module, file) => {
    if (dirname(file) === folder) load(module, file);
    else require.extensions['.js'](module, file);
  };
}

function load(module: NodeJS.Module, file: string): void {
  const text = readFileSync(file);
  const cachedData = findCode(file, text);
  const script = new Script(wrap(text), { filename: file, cachedData });
  if (cachedData === undefined || (script.cachedDataRejected && hasNoOptions())) compileAtExit(file);
  evaluate(module, script);
}

/** V8 refuses what was compiled with other options than its own. To keep it for these would only drive out that for none. */
function hasNoOptions(): boolean {
  return process.execArgv.length === 0 && !process.env.NODE_OPTIONS;
}

function findCode(file: string, text: Buffer): Buffer | undefined {
  for (const place of placesOf(file)) {
    const kept = readTrusted(place);
    const code = kept && unpackCode(kept, text);
    if (code) return code;
  }
  return undefined;
}

/** As node does it: https://nodejs.org/api/modules.html#the-module-wrapper */
function evaluate(module: NodeJS.Module, script: Script): void {
  const { exports, filename } = module;
  script.runInThisContext()(exports, createRequire(filename), module, filename, dirname(filename));
}

/** The same as node's wrap(), which puts strings together: those V8 would have to copy once more. */
function wrap(text: Buffer): string {
  const empty = Module.wrap('');
  const at = empty.indexOf('\n');
  return Buffer.concat([Buffer.from(empty.slice(0, at)), text, Buffer.from(empty.slice(at))]).toString();
}

function compileAtExit(file: string): void {
  void import('./compile-anew.js').then((anew) => anew.compileAtExit(file));
}
