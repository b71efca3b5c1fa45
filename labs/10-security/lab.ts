import type { LabDefinition } from '../../src/lab/definition.js';
import { attacksStep } from './steps/attacks.js';
import { breakout } from './steps/breakout.js';
import { devicesStep } from './steps/device-rules.js';
import { capabilitiesStep } from './steps/fourteen.js';
import { isRoot } from './steps/possible.js';
import { seccompStep } from './steps/seccomp.js';
import { seccompLast } from './steps/seccomp-last.js';
import { noNewPrivs } from './steps/set-uid.js';
import { sharedStep } from './steps/shared.js';
import { tableStep } from './steps/table.js';
import { userStep } from './steps/user.js';
import { cwdStep } from './steps/ways-out/cwd.js';
import { handleStep, hasHandles } from './steps/ways-out/handle.js';
import { hasKeyrings, keyringStep } from './steps/ways-out/keys.js';
import { maskStep } from './steps/ways-out/mask.js';
import { sealStep } from './steps/ways-out/sealed.js';
import { terminalStep } from './steps/ways-out/terminal.js';
import { whyStep } from './steps/why.js';

export const securityLab: LabDefinition = {
  id: '10-security',
  temporary: true,
  steps: [
    ...['breakout', 'capabilities', 'table', 'user', 'no-new-privs', 'seccomp', 'seccomp-last', 'devices'],
    ...['mask', 'cwd', 'seal', 'keyring', 'handle', 'terminal', 'attacks', 'why', 'shared'],
  ],
  skippable: [
    ...['capabilities', 'no-new-privs', 'seccomp', 'devices'],
    ...['mask', 'cwd', 'seal', 'keyring', 'handle', 'terminal'],
  ],
  unskippable: {
    breakout: 'it is capabilities without the calls that give them up',
    table: 'it makes each call with its capability and without',
    user: 'it adds no call: it shows what execve leaves',
    'seccomp-last': 'it makes the same calls in another order',
    attacks: 'it tries each call without them itself',
    why: 'it leaves them out one by one itself',
    shared: 'it adds no call: it looks at what is left',
  },
  async run(lab) {
    if (await isRoot(lab, 'breakout', 'capabilities', 'table', 'user', 'no-new-privs')) {
      await breakout(lab); //         root of a container is root: two ways out
      await capabilitiesStep(lab); // fourteen of its forty-one powers
      await tableStep(lab); //        what each of them is for
      await userStep(lab); //         what execve leaves of them, and to whom
      await noNewPrivs(lab); //       … and gives: set-uid programs
    }
    await seccompStep(lab); //        calls that the kernel does not look at
    await seccompLast(lab); //        … and why that filter comes last
    if (await isRoot(lab, 'devices')) await devicesStep(lab); // which nodes can be opened
    await maskStep(lab); //           whom the order of the list trusts: volumes,
    await cwdStep(lab); //            working directories,
    await sealStep(lab); //           programs
    if (await hasKeyrings(lab)) await keyringStep(lab); // what has no namespace: keys,
    if (await hasHandles(lab)) await handleStep(lab); //   numbers of files,
    await terminalStep(lab); //       terminals
    if (await isRoot(lab, 'attacks')) await attacksStep(lab); // each of them with and without
    await whyStep(lab); //            which layer says no
    await sharedStep(lab); //         what is one for all
  },
};
