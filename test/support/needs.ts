import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';

/** What a test may need and a machine may lack: how to tell, and what would give it. */
export interface Feature {
  readonly present: () => boolean;
  readonly remedy: string;
}

/** The only reasons for which a test may be skipped: `skip-report.ts` fails CI on any other. */
export const FEATURES = {
  root: { present: () => process.geteuid?.() === 0, remedy: 'run the tests as root' },
  'an x86-64 assembler': {
    present: () => hasCommand('x86_64-linux-gnu-as'),
    remedy: 'apt-get install binutils-x86-64-linux-gnu',
  },
  'an arm64 assembler': {
    present: () => hasCommand('aarch64-linux-gnu-as'),
    remedy: 'apt-get install binutils-aarch64-linux-gnu',
  },
  'a C compiler with the headers of libc': {
    present: () => hasCommand('gcc') && existsSync('/usr/include/stdio.h'),
    remedy: 'apt-get install gcc libc6-dev',
  },
  'the headers of the kernel': {
    present: () => existsSync('/usr/include/asm-generic/unistd.h'),
    remedy: 'apt-get install linux-libc-dev',
  },
  'an x86-64 machine': { present: () => process.arch === 'x64', remedy: 'run the tests on x86-64' },
} satisfies Record<string, Feature>;

export type FeatureName = keyof typeof FEATURES;

/** Skips the test where the machine lacks the feature. The reason stands in the report. */
export function needs(test: TestContext, name: FeatureName): void {
  const { present, remedy } = FEATURES[name];
  test.skip(!present(), `needs ${name}: ${remedy}`);
}

/** The feature that a reason for skipping names, or undefined where it names none. */
export function featureOf(reason: string): Feature | undefined {
  const name = /^needs (.+?): /.exec(reason)?.[1] ?? '';
  return name in FEATURES ? FEATURES[name as FeatureName] : undefined;
}

/** Whether a program of this name is on the PATH. */
export function hasCommand(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, name)));
}
