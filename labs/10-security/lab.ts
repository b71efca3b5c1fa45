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
      await breakout(lab); //         root with all capabilities: two ways out
      await capabilitiesStep(lab); // Docker’s fourteen of forty-one capabilities
      await tableStep(lab); //        a call for each capability, without it and with it
      await userStep(lab); //         what execve leaves of capabilities, for root and for others
      await noNewPrivs(lab); //       no_new_privs: the set-uid bit means nothing
    }
    await seccompStep(lab); //        a filter of system calls, asked before the kernel’s own checks
    await seccompLast(lab); //        … and why it is loaded last
    if (await isRoot(lab, 'devices')) await devicesStep(lab); // device rules of a cgroup: which nodes can be opened
    await maskStep(lab); //           masked paths, before volumes
    await cwdStep(lab); //            working directories, without magic links
    await sealStep(lab); //           the runtime’s program, as a sealed copy
    if (await hasKeyrings(lab)) await keyringStep(lab); // session keyrings
    if (await hasHandles(lab)) await handleStep(lab); //   open_by_handle_at
    await terminalStep(lab); //       TIOCSTI, and pipes
    if (await isRoot(lab, 'attacks')) await attacksStep(lab); // attacks, with and without each protection
    await whyStep(lab); //            which layer refuses a call
    await sharedStep(lab); //         what all containers share
  },
};
