import { describe, expect, it } from 'vitest';
import { ABIS, ABIS_OF, thisMachine, X32 } from '../../../src/seccomp/abi.js';
import { ALLOW, RETURN_ENOSYS, returnValue } from '../../../src/seccomp/actions.js';
import { decode } from '../../../src/seccomp/bpf.js';
import { interpret } from '../../../src/seccomp/interpret.js';
import { numbersOf } from '../../../src/seccomp/numbers.js';
import { askingList } from '../../../src/why/asking.js';
import { MACHINE_CALLS } from '../../../src/why/machine-calls.js';

const ASK = returnValue('SCMP_ACT_NOTIFY');

/** What the filter that asks about such calls says where the container has none of its own. */
function answer(arch: number, number: number): number {
  const fprog = askingList([], MACHINE_CALLS)?.calls[0]?.args[2];
  const program = decode((fprog?.kind === 'struct' ? fprog.words[1] : undefined) as Uint8Array);
  return interpret(program, { arch, number, args: [] }).value;
}

describe('the filter that asks about calls that change the machine', () => {
  it.each(ABIS_OF[thisMachine()])('asks by the numbers of %s, and about no other call', (abi) => {
    const numbers = numbersOf(abi);
    const asked = [...numbers].filter(([, number]) => answer(ABIS[abi].audit, number) === ASK).map(([name]) => name);
    expect(asked.toSorted()).toEqual(MACHINE_CALLS.filter((name) => numbers.has(name)).toSorted());
    expect(answer(ABIS[abi].audit, numbers.get('getpid') as number)).toBe(ALLOW);
  });

  it('knows no call of x32, which has the arch of x86-64', () => {
    for (const number of [X32 + 164, X32 + 39]) {
      expect(answer(ABIS.x86_64.audit, number)).toBe(thisMachine() === 'x64' ? RETURN_ENOSYS : ALLOW);
    }
  });

  it('has the calls that only machines of 32 bits have', () => {
    const changing = [...numbersOf('i386').keys()].filter((name) =>
      /^(stime|settimeofday|clock_(set|adj)time|adjtimex)/.test(name),
    );
    expect(changing.filter((name) => !MACHINE_CALLS.includes(name))).toEqual([]);
  });
});
