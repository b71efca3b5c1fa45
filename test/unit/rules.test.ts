import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEW_STATE, STATUSES } from '../../src/container/state.js';

const OWNER = 'src/container/state.ts';

/** All who work on containers. Views, which turn a state into words, are elsewhere. */
const WORKERS = ['src/container', 'src/cli/docker'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name)),
);

const STATUS = new RegExp(`['"](${STATUSES.join('|')})['"]`);

const FIELDS = [...Object.keys(NEW_STATE), 'restarting'];

/** What an object has, and one of the fields of a state: `{ ...container.state, exitCode }`. */
const CHANGED = new RegExp(`\\{\\s*\\.\\.\\.[\\w.]+,[^{}]*\\b(${FIELDS.join('|')})\\s*[:,}]`);

describe('the state of a container', () => {
  it.each([
    ['is called by its name', STATUS],
    ['is changed', CHANGED],
  ])('%s in state.ts only', (_, pattern) =>
    expect(WORKERS.filter((file) => pattern.test(readFileSync(file, 'utf8')))).toEqual([OWNER]),
  );
});

describe('the cgroup of a lab or an exercise', () => {
  it('has the pid of its tslab at the end of its name, by which another state directory’s cleanup leaves it', () => {
    const files = ['labs', 'exercises', 'src/cgroup'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name)),
    );
    const names = files.flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/[cC]groups(?:\(\))?\s*\.(?:create|plan)\((['"`].*?['"`])/g),
    ]);
    expect(names.length).toBeGreaterThan(6);
    expect(names.map(([, name = '']) => name).filter((name) => !/-\$\{process\.pid\}`$/.test(name))).toEqual([]);
  });
});

describe('a directory and those above it', () => {
  it('are made by makeDirectories(): mkdir of node with `recursive` never returns below /proc', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const recursive = (name: string) => /mkdir(Sync)?\([^;]*recursive/.test(readFileSync(join('src', name), 'utf8'));
    expect(files.filter(recursive)).toEqual([]);
  });
});
