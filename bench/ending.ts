/** What a bench undoes at its end, the last first. */
const ends: (() => unknown)[] = [];

export function atEnd(end: () => unknown): void {
  ends.push(end);
}

/** Runs a bench until it is done, or somebody presses Ctrl-C; then undoes what it has made, and exits. */
export async function untilInterrupted(main: () => Promise<void>): Promise<never> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  }).then(() => {
    process.exitCode = 130;
  });
  try {
    await Promise.race([main(), interrupted]);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  for (const end of ends.reverse()) await tidy(end);
  process.exit(); // after Ctrl-C the race may still go on
}

/** One that fails does not keep the others from tidying up. */
async function tidy(end: () => unknown): Promise<void> {
  try {
    await end();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
