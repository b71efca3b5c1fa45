/** Calls that change the whole machine for good: whoever asks why is not to have done it by that. */
import { CAPABILITIES } from '../kernel/credentials/capability-names.js';
import { readNamespace } from '../procfs/namespaces.js';
import { readStatus } from '../procfs/status.js';
import { type DescribedCall, readMemory } from './arguments.js';

/** Each with the capability that it takes, in the first user namespace. */
const TAKES: Readonly<Record<string, string>> = {
  ...{
    settimeofday: 'CAP_SYS_TIME',
    clock_settime: 'CAP_SYS_TIME',
    adjtimex: 'CAP_SYS_TIME',
    clock_adjtime: 'CAP_SYS_TIME',
    ...{ stime: 'CAP_SYS_TIME', clock_settime64: 'CAP_SYS_TIME', clock_adjtime64: 'CAP_SYS_TIME' }, // of 32 bits
  },
  ...{ reboot: 'CAP_SYS_BOOT', kexec_load: 'CAP_SYS_BOOT', kexec_file_load: 'CAP_SYS_BOOT' },
  ...{ init_module: 'CAP_SYS_MODULE', finit_module: 'CAP_SYS_MODULE', delete_module: 'CAP_SYS_MODULE' },
  ...{ swapon: 'CAP_SYS_ADMIN', swapoff: 'CAP_SYS_ADMIN' },
};

export const MACHINE_CALLS: readonly string[] = Object.keys(TAKES);

/** Whether a call that waits would do so: a thread has the capability, and is in the user namespace of the host. Nobody else can give it that meanwhile. */
export function changesMachine(tid: number, { name, args }: DescribedCall): boolean {
  const capability = TAKES[name];
  if (capability === undefined || isLook(tid, name, args)) return false;
  if (readNamespace(tid, 'user') !== readNamespace('self', 'user')) return false;
  const held = readStatus(tid)?.capEff ?? 0n;
  return ((held >> BigInt(CAPABILITIES.indexOf(capability))) & 1n) === 1n;
}

/** adjtimex(2) with no `modes` only tells. */
function isLook(tid: number, name: string, args: readonly bigint[]): boolean {
  if (!/^(clock_)?adjtime(x|64)?$/.test(name)) return false;
  const timex = args[name === 'adjtimex' ? 0 : 1] ?? 0n;
  return readMemory(tid, timex, 4)?.readUInt32LE(0) === 0;
}
