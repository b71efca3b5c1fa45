// Node 12 must be able to parse this file: see requirements.ts.
import { statSync } from 'node:fs';

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
