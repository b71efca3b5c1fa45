// Node 12 must be able to parse this file: see requirements.ts.
import { readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { placesOf, readTrusted } from './code-places.js';

/**
 * From now on node takes the code of the bundle's files as it was compiled once (compile-anew.ts), which spares `tslab run` 15 ms.
 * What has no compiled code that belongs to it is compiled by node as ever, and kept at the end for the next run.
 */
export function useCompiledCode(): void {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.main ? require.main.filename : '');
  require.extensions['.cjs'] = (module, file) => {
    if (dirname(file) === folder) load(module, file);
    else require.extensions['.js'](module, file);
  };
}

function load(module: NodeJS.Module, file: string): void {
  const text = readFileSync(file);
  const cachedData = findCode(file, text);
  const script = new Script(Module.wrap(text.toString()), { filename: file, cachedData });
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

/**
 * V8 itself compares its own version and the length of the text, and neither node's patches to V8 nor what the code consists of: code
 * of another node, or a damaged one, ends with SIGSEGV. So it is kept twice, and with all that it was made of: to compare
 * the bytes takes less than 1 ms, and only to load a hash of node's 1.6.
 */
export function packCode(code: Buffer, text: Buffer): Buffer {
  return Buffer.concat([code, code, thisNode(), text]);
}

/** Undefined where it belongs to another text or another node, or is damaged. */
export function unpackCode(kept: Buffer, text: Buffer): Buffer | undefined {
  const node = thisNode();
  const length = (kept.length - node.length - text.length) / 2;
  if (!(length > 0 && Number.isInteger(length))) return undefined;
  const code = kept.subarray(0, length);
  const isWhole = code.equals(kept.subarray(length, 2 * length));
  const isOurs = node.equals(kept.subarray(2 * length, 2 * length + node.length));
  return isWhole && isOurs && text.equals(kept.subarray(2 * length + node.length)) ? code : undefined;
}

let known: Buffer | undefined;

function thisNode(): Buffer {
  known = known || Buffer.from(describeNode());
  return known;
}

/** One of the same version may have been built otherwise, and then knows other builtins: so the file itself, too. */
function describeNode(): string {
  const { size = 0, mtimeMs = 0 } = statSync('/proc/self/exe', { throwIfNoEntry: false }) || {};
  return [process.version, process.versions.v8, process.arch, size, mtimeMs, ''].join('\n');
}

/** As node does it: https://nodejs.org/api/modules.html#the-module-wrapper */
function evaluate(module: NodeJS.Module, script: Script): void {
  const { exports, filename } = module;
  script.runInThisContext()(exports, createRequire(filename), module, filename, dirname(filename));
}

function compileAtExit(file: string): void {
  void import('./compile-anew.js').then((anew) => anew.compileAtExit(file));
}
