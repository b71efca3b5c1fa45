import { describe, expect, it } from 'vitest';
import { run } from './run.js';

describe('the kernel tests', () => {
  it('pass on cgroup v2 too', () => {
    const { testResults } = JSON.parse(run('tests').output) as Report;
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(tests.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(testResults.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(tests.length).toBeGreaterThan(40);
  });
});

/** What `vitest --reporter=json` prints, as far as it is looked at here. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}
