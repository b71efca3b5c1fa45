import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { UserError } from './errors/user-error.js';

/** The part of koffi (https://koffi.dev) that is used here. */
export interface Koffi {
  /** Null: what the process has loaded already, such as libc. */
  load(path: string | null): Library;
  errno(): number;
  address(buffer: Uint8Array): bigint;
  view(pointer: bigint, bytes: number): ArrayBuffer;
}

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
 * Its prebuilt package for this machine, for glibc or musl. `koffi` itself would find it, or else compile one, for which it
 * has a script that npm warns of and pnpm refuses to run.
 */
export function loadKoffi(): Koffi {
  const name = `@koromix/koffi-linux-${process.arch}`;
  try {
    return loadForGlibc(name) ?? createRequire(import.meta.filename)(name);
  } catch (error) {
    throw new UserError(`${name} cannot be loaded: ${(error as Error).message.split('\n')[0]}`, 3, REMEDY);
  }
}

/**
 * The package finds node's libc by reading node's program, which takes 1 ms, and require() takes another to find and load this file.
 * Returns undefined where that may be musl, or the file is elsewhere.
 */
function loadForGlibc(name: string): Koffi | undefined {
  if (existsSync(MUSL[process.arch] ?? '/')) return undefined;
  const file = findAbove(import.meta.dirname, `node_modules/${name}/linux_${process.arch}/koffi.node`);
  if (file === undefined) return undefined;
  const module = { exports: {} as Koffi };
  try {
    process.dlopen(module, file);
    return module.exports;
  } catch {
    return undefined;
  }
}

/** Looks where node looks for packages: https://nodejs.org/api/modules.html#loading-from-node_modules-folders */
function findAbove(folder: string, name: string): string | undefined {
  const path = `${folder}/${name}`;
  if (existsSync(path)) return path;
  return folder === '/' ? undefined : findAbove(dirname(folder), name);
}

/** The loader of musl: a program for musl does not start without it. */
const MUSL: Readonly<Record<string, string>> = { x64: '/lib/ld-musl-x86_64.so.1', arm64: '/lib/ld-musl-aarch64.so.1' };

const REMEDY =
  'It is for x86-64 and arm64. Where it was left out (--omit=optional), or where node_modules comes from another machine: npm install --include=optional';
