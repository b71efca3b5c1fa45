import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.js';

// A machine that is slow, or busy with something else as well, is no reason to fail.
const patience = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000 } } } as const;

// Kernel tests clone processes, which works on the main thread only, and run what is built.
const kernel = {
  pool: 'forks',
  globalSetup: 'test/support/built.ts',
  setupFiles: 'test/support/own-network.ts',
  ...patience,
} as const;

/** Files that nothing else may run beside: they compare shares of the CPU or durations, or all that is there on the whole host. */
const ALONE = [
  ...['03-cgroups', 'cgroup*', 'doctor', 'rootfs', 'rootless', 'sigkill', 'network/fifty'],
  ...['runtime/create-flags', 'runtime/options', 'runtime-info/logs', 'runtime-info/use'],
].map((name) => `test/kernel/${name}.test.ts`);

export default defineConfig({
  test: {
    // Says what was skipped and why; under CI, fails where the machine lacks nothing that would excuse it.
    reporters: ['default', './test/support/skip-report.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...patience } },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          // Pages in a browser are looked at side by side, too.
          maxConcurrency: 2,
          sequence: { groupOrder: 1 },
          ...kernel,
        },
      },
      { test: { name: 'kernel-alone', include: ALONE, fileParallelism: false, ...kernel } },
      // The set-up boots the machines and runs everything there; the tests only look at what came out.
      {
        test: {
          name: 'vm',
          include: ['test/vm/**/*.test.ts'],
          globalSetup: 'test/vm/setup.ts',
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});
