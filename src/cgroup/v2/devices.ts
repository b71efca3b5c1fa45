import { closeSync } from 'node:fs';
import { call, callUntraced } from '../../kernel/call.js';
import { attachDeviceProgram, loadDeviceProgram } from '../../kernel/calls/bpf.js';
import { close, open } from '../../kernel/calls/index.js';
import { O_CLOEXEC, O_DIRECTORY } from '../../kernel/constants.js';
import { encode, exit, set } from '../devices/ebpf.js';
import type { DevicePolicy } from '../devices/policy.js';
import { programOf } from '../devices/program.js';

/** What bpftool(8) shows. */
const NAME = 'tslab_devices';

// #region devices-v2
/** cgroup v2 has no files for devices: a program is asked. The cgroup keeps it, and it goes with the cgroup. */
export function attachPolicy(directory: string, policy: DevicePolicy): void {
  const program = call(loadDeviceProgram(encode(programOf(policy)), NAME));
  try {
    const cgroup = call(open(directory, O_DIRECTORY | O_CLOEXEC));
    try {
      call(attachDeviceProgram(cgroup, program));
    } finally {
      call(close(cgroup));
    }
  } finally {
    call(close(program));
  }
}
// #endregion

let canLoad: boolean | undefined;

/** Whether this process may load such programs: not without CAP_BPF, and not where the kernel has none (CONFIG_CGROUP_BPF) or a filter refuses bpf(2). */
export function canLoadPrograms(): boolean {
  canLoad ??= loads();
  return canLoad;
}

function loads(): boolean {
  const program = callUntraced(loadDeviceProgram(encode([set(0, 1), exit()]), NAME));
  if (program >= 0) closeSync(program);
  return program >= 0;
}
