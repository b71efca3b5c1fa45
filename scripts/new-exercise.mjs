// `npm run new-exercise 02-my-name`: the smallest exercise that passes its tests, to be made into one.
import { camelCase, filled, insert, labIds, refuse, writeAll } from './new/files.mjs';

const [id = '', ...more] = process.argv.slice(2);
if (!/^\d\d-[a-z]+(-[a-z]+)*$/.test(id) || more.length > 0) {
  refuse(
    `npm run new-exercise takes one name, such as 02-let-go: a lab’s number, then words of small letters. Given: "${[id, ...more].join(' ')}"`,
  );
}
const labs = labIds();
if (!labs.some((lab) => lab.startsWith(id.slice(0, 3)))) {
  refuse(`${id}: there is no lab ${id.slice(0, 2)}. There are: ${labs.join(', ')}.`);
}
const name = camelCase(id);
const title = id
  .slice(3)
  .replace(/-/g, ' ')
  .replace(/^./, (letter) => letter.toUpperCase());
const load = `load: async () => (await import('./${id}/exercise.js')).${name}`;
const line = `  { id: '${id}', form: 'list', ${load} },\n`;
const entry = line.length <= 121 ? line : `  {\n    id: '${id}',\n    form: 'list',\n    ${load},\n  },\n`;

writeAll(filled('exercise', { id, name, title }));
insert('exercises/catalogue.ts', { list: 'EXERCISES', entry, isLater: (other) => other.slice(0, 2) > id.slice(0, 2) });

console.log(`exercises/${id} is written, and a line in exercises/catalogue.ts. Next:
  tslab exercise ${id}                 after npm run build: what a student sees
  exercises/${id}/exercise.ts          what is prepared, and the facts; src/exercise/definition.ts describes it
  exercises/${id}/en.md, zh.md         the texts, with a section for each fact
  npm run exercises -- -t ${id}        unsolved, wrong and solved, on this kernel
For a shell instead of a list see exercises/01-be-one. CONTRIBUTING.md, "Adding an exercise", has the rest.`);
