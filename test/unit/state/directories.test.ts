import { mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { here, locate, notWritable, runDirectory, stateDirectory } from '../../../src/state/directories.js';
import { useTemporaryState } from './temporary-state.js';

const ROOT = { root: true, home: '/root' };
const STUDENT = { root: false, home: '/home/student' };

describe('the place of the state', () => {
  it('is the system directory for root', () => {
    expect(locate({}, ROOT)).toEqual({ state: '/var/lib/tslab', run: '/run/tslab' });
  });

  it('is in the home of anybody else', () => {
    const state = '/home/student/.local/state/tslab';
    expect(locate({}, STUDENT)).toEqual({ state, run: `${state}/run` });
  });

  it('follows the XDG variables of anybody else', () => {
    const environment = { XDG_STATE_HOME: '/data', XDG_RUNTIME_DIR: '/run/user/1000' };
    expect(locate(environment, STUDENT)).toEqual({ state: '/data/tslab', run: '/run/user/1000/tslab' });
  });

  it('ignores XDG variables that are empty or relative, as their specification demands', () => {
    expect(locate({ XDG_STATE_HOME: 'data', XDG_RUNTIME_DIR: '' }, STUDENT)).toEqual(locate({}, STUDENT));
  });

  it('is where TSLAB_STATE says, for everybody', () => {
    for (const user of [ROOT, STUDENT])
      expect(locate({ TSLAB_STATE: '/x', XDG_STATE_HOME: '/data' }, user)).toEqual({ state: '/x', run: '/x/run' });
  });
});

describe('the state directory', () => {
  const state = useTemporaryState();

  it('is refused where its name is no UTF-8, rather than another one taken', () => {
    process.env.TSLAB_STATE = join(state(), 'caf\ufffd');
    expect(() => here()).toThrow(
      expect.objectContaining({ status: 3, message: expect.stringMatching(/is not UTF-8$/) }),
    );
  });

  it.each(['.', 'new', 'new/deep'])('is told without the symbolic links that lead to it (%s)', (below) => {
    mkdirSync(join(state(), 'real'));
    symlinkSync('real', join(state(), 'link'));
    process.env.TSLAB_STATE = join(state(), 'link', below);
    const real = join(realpathSync(state()), 'real', below);
    expect(here()).toEqual({ state: real, run: join(real, 'run') });
    expect(stateDirectory('rootfs')).toBe(join(real, 'rootfs'));
    expect(runDirectory()).toBe(join(real, 'run'));
  });

  it('is where its name leads now, not where it led when it did not exist', () => {
    process.env.TSLAB_STATE = join(state(), 'link', 'state');
    expect(here().state).toBe(join(realpathSync(state()), 'link', 'state'));
    symlinkSync('.', join(state(), 'link'));
    expect(here().state).toBe(join(realpathSync(state()), 'state'));
  });

  it('is named as it was typed where links lead in circles', () => {
    symlinkSync('circle', join(state(), 'circle'));
    process.env.TSLAB_STATE = join(state(), 'circle');
    expect(() => stateDirectory()).toThrow(/circle: ELOOP/);
  });

  it('is made when first needed, for its owner alone', () => {
    process.env.TSLAB_STATE = join(state(), 'new', 'deep');
    expect(statSync(stateDirectory()).mode & 0o777).toBe(0o700);
    expect(statSync(runDirectory()).mode & 0o777).toBe(0o700);
  });

  it('names path, errno and remedy where it cannot be made', () => {
    const file = join(state(), 'file');
    writeFileSync(file, '');
    process.env.TSLAB_STATE = join(file, 'below');
    const error = thrownBy(() => stateDirectory());
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ status: 3, remedy: expect.stringContaining('TSLAB_STATE=DIR') });
    expect(String(error)).toContain(`${join(file, 'below')}: ENOTDIR`);
  });

  it('explains a file in its place', () => {
    process.env.TSLAB_STATE = join(state(), 'file');
    writeFileSync(process.env.TSLAB_STATE, '');
    expect(() => stateDirectory()).toThrow(/EEXIST: it is a file, not a directory/);
  });

  it('explains an errno that it does not know in the words of the kernel', () => {
    expect(notWritable('/x', Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })).message).toContain(
      'i/o error',
    );
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
