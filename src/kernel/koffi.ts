import { createRequire } from 'node:module';
import { UserError } from './errors/user-error.js';

/** The part of koffi (https://koffi.dev) that is used here. */
export interface Koffi {
  load(path: null): Library;
  errno(): number;
  address(buffer: Uint8Array): bigint;
  view(pointer: bigint, bytes: number): ArrayBuffer;
}

/** What the process has loaded already, libc among it. */
export interface Library {
  func(name: string, result: string, parameters: readonly string[]): ForeignFunction;
}

/** Numbers come back as bigint where they do not fit. */
export interface ForeignFunction {
  // biome-ignore lint/suspicious/noExplicitAny: the types are given to func(), as text.
  (...values: readonly unknown[]): any;
  async(...values: readonly unknown[]): void;
}

/**
 * Its prebuilt package for this machine, for glibc and for musl. `koffi` itself would find that, or else compile one, for which it
 * has a script that npm warns of and pnpm refuses to run.
 */
export function loadKoffi(): Koffi {
  const name = `@koromix/koffi-linux-${process.arch}`;
  try {
    return createRequire(import.meta.url)(name);
  } catch (error) {
    throw new UserError(`${name} cannot be loaded: ${(error as Error).message.split('\n')[0]}`, 3, REMEDY);
  }
}

const REMEDY =
  'It is for x86-64 and arm64. Where it was left out (--omit=optional), or where node_modules comes from another machine: npm install --include=optional';
