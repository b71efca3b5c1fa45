import { describe, expect, it } from 'vitest';
import { explain, outputError } from '../../../src/cli/report-error.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';

describe('what commander says', () => {
  const told = (text: string) => {
    let said = '';
    outputError(text, (more) => {
      said += more;
    });
    return said;
  };

  it('stays in one line, and a suggestion in another', () => {
    expect(told("error: unknown option '--x\nError: \x1b'\n")).toBe("tslab: unknown option '--x\\nError: \\x1b'\n");
    expect(told("error: unknown option '--al'\n(Did you mean --all?)\n")).toBe(
      "tslab: unknown option '--al'\n(Did you mean --all?)\n",
    );
  });
});

describe('explain', () => {
  it("shows a person's mistake and, on a line of its own, the remedy, but no stack", () => {
    expect(explain(new UserError('--quota: 0 is too little', 2, 'Give more than 1%.'))).toBe(
      'tslab: --quota: 0 is too little\nGive more than 1%.\n',
    );
    expect(explain(new UserError('no', 3))).toBe('tslab: no\n');
  });

  it('keeps what is named in it from the terminal, and in one line', () =>
    expect(explain(new UserError('no \x1b]0;x\x07\nError: y', 2, 'rm \u202e'))).toBe(
      'tslab: no \\x1b]0;x\\x07\\nError: y\nrm \\u202e\n',
    ));

  it('says that a bug is one, and shows its stack', () => {
    const text = explain(new TypeError('x is not a function'));
    expect(text).toMatch(/this is a bug in tslab \d+\.\d+\.\d+/);
    expect(text).toMatch(/TypeError: x is not a function\n +at /);
  });
});
