import { existsSync } from 'node:fs';
import { clone } from '../../../../src/kernel/calls/index.js';
import * as key from '../../../../src/kernel/calls/keys.js';
import * as k from '../../../../src/kernel/constants.js';
import { recordErrno } from '../../../../src/kernel/render.js';
import { mayFail, type Syscall } from '../../../../src/kernel/syscall.js';
import type { Lab } from '../../../../src/lab/lab.js';
import { shellThatStays } from '../../../../src/lab/script.js';
import { noNewPrivileges } from '../../calls/filter.js';
import { ownKeyring } from '../../calls/keyring.js';
import { defaultFilter } from '../closed.js';

const SESSION = key.KEY_SPEC_SESSION_KEYRING;
const USER = key.KEY_SPEC_USER_KEYRING;
const NAME = 'tslab-10-security';
const SECRET = 'a password';
/** Seconds. A key of the user's keyring outlives all processes: this one is gone even if the lab is killed. */
const TIMEOUT = 60;

// #region keyring
export async function keyringStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('keyring');
  const host = [...ownKeyring(), key.addKey(NAME, SECRET, SESSION)];
  const container = [clone(k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWIPC)];
  const own = wanted ? ownKeyring() : [];
  await lab.check(
    'a key of the host’s session, in a container',
    SECRET,
    await find(lab, SESSION, [...host, ...container]),
  );
  await lab.check(
    'with a session keyring of its own',
    'ENOKEY',
    await find(lab, SESSION, [...host, ...container, ...own]),
  );

  const user = key.addKey(NAME, SECRET, USER);
  const own_ = [...ownKeyring(), key.linkKey(USER, SESSION)];
  const first = [...own_, user, key.setKeyTimeout(user, TIMEOUT)];
  const second = [...first, ...container, ...own_];
  await lab.check('a key of the user’s keyring, all the same', SECRET, await find(lab, USER, second));
  const filtered = [...first, ...container, ...ownKeyring(), ...noNewPrivileges(), ...defaultFilter()];
  await lab.check('the same, behind the default filter', 'EPERM', await find(lab, USER, filtered));
}
// #endregion

// #region find
/** Looks for the key at the end of some calls. What is in it, or why the kernel has not given it. */
async function find(lab: Lab, keyring: number, calls: readonly Syscall[]): Promise<string> {
  const into = Buffer.alloc(64);
  const found = mayFail(key.searchKey(keyring, NAME));
  const read = mayFail(key.readKey(found, into));
  const child = await lab.start({ calls: [...calls, found, read, mayFail(key.revokeKey(found)), shellThatStays()] });
  const record = child.trace().find(({ call }) => call === found);
  return (record && recordErrno(record)) ?? into.toString().replace(/\0.*$/s, '');
}
// #endregion

/** Whether this kernel has keyrings: of the step, where it has none, says so. */
export async function hasKeyrings(lab: Lab): Promise<boolean> {
  if (existsSync('/proc/keys')) return true;
  await lab.cannot('keyring', 'This kernel has no keyrings (CONFIG_KEYS).');
  return false;
}
