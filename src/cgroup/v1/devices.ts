import { call } from '../../kernel/call.js';
import { close, open, write } from '../../kernel/calls/index.js';
import { O_CLOEXEC, O_WRONLY } from '../../kernel/constants.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { type DevicePolicy, meet, type Rule, ruleText } from '../devices/policy.js';
import { refusal } from '../refusal.js';

/** What is written into the files of a new cgroup: first what holds for all devices, then exceptions from that. */
export interface DeviceFile {
  readonly file: 'devices.allow' | 'devices.deny';
  readonly texts: readonly string[];
}

// #region devices-v1
/**
 * The policy as text, a rule a write (Documentation/admin-guide/cgroup-v1/devices.rst). Exceptions can be from what holds for all only: one
 * from an exception the kernel takes and ignores, so that throws a UserError (3).
 */
export function filesOf({ allowsOthers, rules }: DevicePolicy): DeviceFile[] {
  if (allowsOthers && rules.length === 0) return []; // as the cgroup above
  refuseHoles(allowsOthers, rules);
  const files = ['devices.deny', 'devices.allow'] as const;
  const [all, exceptions] = allowsOthers ? files.toReversed() : files;
  return [
    { file: all as DeviceFile['file'], texts: ['a'] },
    { file: exceptions as DeviceFile['file'], texts: rules.map(ruleText) },
  ];
}

/** Writes them. What the cgroup above may not do none below it can be allowed (EPERM), and the rest holds all the same. */
export function writeDevices(directory: string, policy: DevicePolicy): void {
  for (const { file, texts } of filesOf(policy)) {
    const fd = call(open(`${directory}/${file}`, O_WRONLY | O_CLOEXEC));
    const mayBeRefused = file === 'devices.allow' ? ['EPERM'] : [];
    for (const text of texts) refusal(() => call(write(fd, text)), mayBeRefused);
    call(close(fd));
  }
}
// #endregion

function refuseHoles(allowsOthers: boolean, rules: readonly Rule[]): void {
  const hole = rules.find(({ allow }) => allow === allowsOthers);
  const around = hole && rules.find((one) => one.allow !== hole.allow && meet(one, hole));
  if (!hole || !around) return;
  const message = `cgroup v1 cannot make an exception (${ruleText(hole)}) from an exception (${ruleText(around)}) of what holds for all devices`;
  throw new UserError(message, 3, 'Name the devices one by one, without *.');
}
