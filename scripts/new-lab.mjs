// `npm run new-lab 13-my-lab "A title"`: the smallest lab that passes its tests, to be made into one.
import { readFileSync, writeFileSync } from 'node:fs';
import { camelCase, filled, insert, labIds, refuse, writeAll } from './new/files.mjs';

const [id = '', title = '', ...more] = process.argv.slice(2);
if (!/^\d\d-[a-z]+(-[a-z]+)*$/.test(id) || title.trim() === '' || /[\n|\\]/.test(title) || more.length > 0) {
  refuse(
    `npm run new-lab takes a name and a title in quotes, such as 13-my-lab "A title": the name is a number of two digits, then words of small letters; the title has no |, \\ or line break. Given: ${JSON.stringify(process.argv.slice(2))}`,
  );
}
const isLater = (other) => other.slice(0, 2) > id.slice(0, 2);
const labs = labIds();
const taken = labs.find((lab) => lab.slice(0, 2) === id.slice(0, 2));
if (taken || id.startsWith('00'))
  refuse(`${id}: the number ${id.slice(0, 2)} is that of ${taken ?? '00-introduction'}.`);

const name = camelCase(id);
const summary = 'a directory that is covered, and what others see of it';
const quoted = title.includes("'") ? JSON.stringify(title) : `'${title}'`;
writeAll(filled('lab', { id, name, title, summary, number: id.slice(0, 2) }));
insert('labs/catalogue.ts', {
  list: 'export const CATALOGUE',
  entry: `  {
    id: '${id}',
    title: ${quoted},
    summary: '${summary}',
    options: [],
    load: async () => (await import('./${id}/lab.js')).${name}Lab,
  },
`,
  isLater,
});
const requirement = `  '${id}': needs('state programs', 'mnt', 'tmpfs'),\n`;
insert('src/doctor/requirements.ts', { list: 'export const REQUIREMENTS', entry: requirement, isLater });
nameInChinese({
  'what the container lists': '容器列出的',
  'what the host lists': '宿主机列出的',
  nothing: '什么也没有',
});
addRow(`| [${id}](lessons/en/${id}.md) | ${title} | ${summary} |\n`);

const next = [
  [`npx tslab ${id}`, 'after npm run build: what a student sees'],
  [`npm run test:kernel -- ${id}`, 'it holds, and each check is seen to fail'],
  [`TSLAB_RECORD=${id} npm run record`, 'the runs that its lesson shows, in a virtual machine; then npm run golden'],
  ['npm run translations', 'what its Chinese edition needs'],
];
console.log(`labs/${id} is written, with its lesson and tests, and a line in labs/catalogue.ts, src/doctor/requirements.ts and README.md. Next:
${next.map(([command, what]) => `  ${command.padEnd(44)} ${what}`).join('\n')}
CONTRIBUTING.md, "Adding a lab", has the rest.`);

/** In the table of labs. */
function addRow(row) {
  const text = readFileSync('README.md', 'utf8');
  const rows = [...text.matchAll(/^\| \[(\d\d-[\w-]+)\].*\n/gm)];
  const before = rows.findLast(([, lab]) => !isLater(lab));
  const at = before ? before.index + before[0].length : rows[0].index;
  writeFileSync('README.md', `${text.slice(0, at)}${row}${text.slice(at)}`);
}

/** What the lab itself says in English, above all the names of its checks. */
function nameInChinese(names) {
  const path = 'lessons/zh/names.json';
  const labs = { ...JSON.parse(readFileSync(path, 'utf8')), [id]: names };
  const sorted = Object.fromEntries(Object.entries(labs).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
}
