import { readFileSync } from 'node:fs';
import { capset } from '../../../src/kernel/calls/index.js';
import type { Lab } from '../../../src/lab/lab.js';
import { runScript } from '../../../src/lab/script.js';
import { noNewPrivileges } from '../calls/filter.js';
import { defaultFilter } from './closed.js';
import { container } from './setup.js';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const SCRIPT = [
  'grep CapEff /proc/self/status',
  `cat ${BOOT_ID}`,
  'grep MemTotal /proc/meminfo',
  'date +%s',
  'dmesg 2>/dev/null | head -n 1 | wc -l',
].join('; ');

// #region shared
export async function sharedStep(lab: Lab): Promise<void> {
  await lab.step('shared');
  // Nothing that could be given up is left: no capability, no way to get one, and Docker's filter before the rest.
  const closed = [...noNewPrivileges(), capset(0n, 0n, 0n), ...defaultFilter()];
  const { output } = await runScript(lab, container(lab, ...closed), SCRIPT);
  const [capabilities = '', boot = '', memory = '', clock = '', log = ''] = output.split('\n');
  // #endregion
  await lab.check('its capabilities', '0'.repeat(16), capabilities.split(/\s+/)[1] ?? '');
  await lab.check('boot id, the same as the host’s', readFileSync(BOOT_ID, 'utf8').trim(), boot);
  await lab.check('memory of the machine', lineOf('/proc/meminfo', /^MemTotal.*/m), memory);
  const apart = Math.abs(Number(clock) - Date.now() / 1000);
  const actual = apart < 60 ? THE_SAME : `${apart} s apart`;
  await lab.checkThat('its clock and that of the host', apart < 60, { expected: THE_SAME, actual });
  await lab.check('lines that it reads in the log of the kernel', 0, log);
}

const THE_SAME = 'the same, to a minute';

function lineOf(path: string, pattern: RegExp): string {
  return pattern.exec(readFileSync(path, 'utf8'))?.[0] ?? '';
}
