import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../state/atomic.js';
import { stateDirectory } from '../state/directories.js';
import { lessVersion, type Pager, showInPager } from './pager.js';

/** Whether the pager can say where a text was left: less keeps marks in its history file, the last place among them. */
export function keepsPlace(pager: Pager | undefined): pager is Pager {
  return pager !== undefined && lessVersion(pager) >= 566;
}

/**
 * Shows text in less from a line on, until it is left. The line that was at the top of the screen then; undefined where less has not told,
 * as where the screen shows all of it. Of a pipe less keeps no marks: the text is a file in the state directory, if that can be written.
 */
export async function showInLess(
  text: string,
  pager: Pager,
  at: { name: string; line: number },
): Promise<number | undefined> {
  const path = keep(text, at.name);
  if (path === undefined) {
    await showInPager(text, pager);
    return undefined;
  }
  const history = `${path}.history`;
  const command = `${pager.command} --save-marks +${at.line}g "$TSLAB_TEXT"`;
  const env = { ...pager.env, TSLAB_TEXT: path, LESSHISTFILE: history, LESSOPEN: '' };
  await showInPager('', { command, env });
  const offset = placeIn(history);
  return offset === undefined ? undefined : lineAt(text, offset);
}

/** The path of the text, with no history beside it. */
function keep(text: string, name: string): string | undefined {
  try {
    const path = join(stateDirectory('reading'), name);
    writeAtomically(path, text, false);
    rmSync(`${path}.history`, { force: true });
    return path;
  } catch {
    return undefined;
  }
}

/** The byte at which less was left: `m ' 1 1197 /path`, the mark to which '' returns. */
function placeIn(history: string): number | undefined {
  try {
    const place = /^m ' -?\d+ (\d+) /m.exec(readFileSync(history, 'utf8'))?.[1];
    return place === undefined ? undefined : Number(place);
  } catch {
    return undefined;
  }
}

function lineAt(text: string, offset: number): number {
  return Buffer.from(text).subarray(0, offset).toString('latin1').split('\n').length;
}
