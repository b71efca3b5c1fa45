import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tryOverlay } from '../../labs/04-overlay/calls/refusal.js';
import { makeWritableLayer, type WritableLayer } from '../../labs/04-overlay/calls/writable-layer.js';
import { type Facts, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { makeLayer, statusOf, stayInDirectory, treeOf } from '../../src/exercise/overlay.js';
import { callUntraced } from '../../src/kernel/call.js';
import { lgetxattr } from '../../src/kernel/calls/index.js';
import { UserError } from '../../src/kernel/errors/user-error.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { attributeName, attributeText, whyNoNotes } from '../../src/overlay/attributes.js';

type Id = 'renamed' | 'lower' | 'copied' | 'redirect';

export const renameWithoutCopying = listExercise({
  id: '04-rename-without-copying',
  form: 'list',
  facts: ['renamed', 'lower', 'copied', 'redirect'],
  wrong: { 'file-by-file': 'copied', below: 'lower', forgiven: 'renamed', 'remounted-too-late': 'calls' },
  needsRoot: 'overlayfs notes in trusted.* attributes what a directory was called',
  prepare(lab): ListStage<Id> {
    const directory = lab.makeDirectory();
    const why = whyNoNotes(directory, true);
    if (why !== undefined) throw new UserError(why, 3);
    const lower = makeLayer(join(directory, 'lower'), FILES);
    const layer = makeWritableLayer(directory);
    tryOverlay({ lower: [lower], ...layer, privileged: true });
    const before = treeOf(lower);
    const run = async (calls: readonly Syscall[]) => {
      const { pid } = await stayInDirectory(lab, directory, calls);
      return factsOf(`/proc/${pid}/root${layer.target}`, layer, () => same(lower, before, treeOf(lower)));
    };
    return { given: {}, run };
  },
});

/** Bytes: a copy of it is seen in every count of blocks. */
const LARGE = 1 << 20;

const FILES = { 'inbox/report': 'x'.repeat(LARGE), 'inbox/note': 'a note\n' };

function factsOf(merged: string, { upper }: WritableLayer, lower: Facts<Id>['lower']): Facts<Id> {
  return {
    renamed: () => {
      const said = ['inbox', 'archive/report', 'archive/note'].map((path) => statusOf(join(merged, path)));
      return same(merged, 'ENOENT/there/there', said.join('/'));
    },
    lower,
    copied: () => same(`${upper}: st_blocks`, 0, blocksIn(upper)),
    redirect: () => {
      const path = join(upper, 'archive');
      const value = redirectOf(path);
      return value === null ? gone(path, `no ${REDIRECT}`) : same(path, 'inbox', value);
    },
  };
}

/** What the data of regular files takes there, in units of 512 bytes. */
function blocksIn(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks, 0);
}

const REDIRECT = attributeName('redirect', true);

function redirectOf(path: string): string | null {
  const value = new Uint8Array(256);
  return attributeText(value, callUntraced(lgetxattr(path, REDIRECT, value)));
}
