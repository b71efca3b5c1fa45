import type { Seccomp } from '../../../src/oci/seccomp.js';
import { ABIS, type Abi } from '../../../src/seccomp/abi.js';
import type { Call } from '../../../src/seccomp/interpret.js';
import { numbersOf } from '../../../src/seccomp/numbers.js';

const WORD = 2n ** 32n;

/**
 * Values of arguments at which rules could decide otherwise: around each constant, with other bits above it and below, and with its upper half
 * next to its own. On an ABI of 32 bits those that fit.
 */
export function valuesFor(rules: Seccomp, abi: Abi): bigint[] {
  const constants = (rules.syscalls ?? []).flatMap(({ args = [] }) =>
    args.flatMap(({ value, valueTwo = 0 }) => [BigInt(value), BigInt(valueTwo)]),
  );
  const near = constants.flatMap((value) => [value - 1n, value, value + 1n, value & -value, value ^ 1n]);
  const apart = near.flatMap((value) => [value, value + WORD, value - WORD, value | (WORD << 10n), value % WORD]);
  const all = [...apart, 0n, 1n, WORD - 1n, WORD, 2n ** 64n - 1n].map((value) => BigInt.asUintN(64, value));
  return [...new Set(all)].filter((value) => ABIS[abi].bits === 64 || value < WORD);
}

/** Calls of a number: each value in each argument that the rules look at for it, and all arguments the same. */
export function callsOf(rules: Seccomp, abi: Abi, number: number): Call[] {
  const numbers = numbersOf(abi);
  const mine = (rules.syscalls ?? []).filter(({ names }) => names.some((name) => numbers.get(name) === number));
  const looked = [...new Set(mine.flatMap(({ args = [] }) => args.map(({ index }) => index)))];
  const call = (args: readonly bigint[]): Call => ({ arch: ABIS[abi].audit, number, args });
  if (looked.length === 0) return [call([])];
  return valuesFor({ ...rules, syscalls: mine }, abi).flatMap((value) => [
    ...looked.map((index) => call(Array.from({ length: 6 }, (_, i) => (i === index ? value : 0n)))),
    call(Array(6).fill(value)),
  ]);
}
