import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { ORDINARY_USER } from '../support/needs.js';
import { parseEvents, Told } from './support.js';

/** A lab, by its module and its name there, in a process of its own without root (compiled code: npm run build). */
export function runAsOrdinaryUser(module: string, name: string): Told {
  const url = (path: string) => JSON.stringify(pathToFileURL(`dist/${path}.js`).href);
  const code = `import { runLab } from ${url('src/lab/run')}; import { ${name} } from ${url(module)};
    const request = { skip: new Set(), flags: {}, language: 'en', signal: new AbortController().signal };
    for await (const event of runLab(${name}, request)) console.log(JSON.stringify(event));`;
  const state = mkdtempSync(join(tmpdir(), 'tslab-user-'));
  const { uid = process.geteuid?.() ?? 0, gid = process.getegid?.() ?? 0 } = ORDINARY_USER;
  chownSync(state, uid, gid);
  const env = { ...process.env, TSLAB_STATE: state };
  const options = { ...ORDINARY_USER, env, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  rmSync(state, { recursive: true });
  expect(stderr).toBe('');
  return new Told(parseEvents(stdout));
}
