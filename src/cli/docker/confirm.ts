import { createInterface } from 'node:readline/promises';

/** Warns, and asks whether to go on. Only `y` and `yes` are a yes; so nothing happens where nobody answers. */
export async function confirm(warning: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const nobody = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  const asked = terminal.question(`WARNING! ${warning}\nAre you sure you want to continue? [y/N] `);
  try {
    return /^y(es)?$/i.test((await Promise.race([asked, nobody])).trim());
  } finally {
    terminal.close();
  }
}
