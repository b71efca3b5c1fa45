import { defineConfig } from 'vitest/config';

// Kernel tests clone processes: that works on the main thread only, and one file at a time keeps their figures honest.
const forks = { pool: 'forks', fileParallelism: false } as const;

// A machine that is busy with something else as well is no reason to fail.
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } } as const;

export default defineConfig({
  test: {
    // Says what was skipped and why; under CI, fails where the machine lacks nothing that would excuse it.
    reporters: ['default', './test/support/skip-report.ts'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...patience } },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          globalSetup: ['test/support/built.ts', 'test/support/leave-network.ts'],
          // Pages in a browser are looked at side by side: on two cores more of them at once only make each one slow.
          maxConcurrency: 2,
          ...forks,
          ...patience,
        },
      },
      // The set-up boots the machine and runs everything there; the tests only look at what came out.
      { test: { name: 'vm', include: ['test/vm/**/*.test.ts'], globalSetup: 'test/vm/setup.ts', ...forks } },
    ],
  },
});
