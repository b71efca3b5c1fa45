/** `npm run golden` writes test/golden anew; `npm run golden -- LAB STEP COLUMNS LANGUAGE PACE` shows one screen of it. */
import { writeGolden } from '../test/support/golden.js';
import { type Look, screensOf } from '../test/support/screens.js';

const [lab, step = '', columns = '80', language = 'en', pace = 'run-through'] = process.argv.slice(2);
if (lab === undefined) await writeGolden();
else {
  const screens = await screensOf(lab, { columns: Number(columns), language, pace } as Look);
  process.stdout.write(screens.get(step) ?? `${lab} has: ${[...screens.keys()].join(', ')}\n`);
}
