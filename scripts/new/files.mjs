// What `npm run new-exercise` and `npm run new-lab` share: templates, whose {{words}} are filled in, and lists that get an entry.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Ends the script with status 2: what was given, what is allowed, what to do. */
export function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** The labs that there are, by their ids. */
export function labIds() {
  return [...readFileSync('labs/catalogue.ts', 'utf8').matchAll(/^ {4}id: '(\d\d-[\w-]+)'/gm)].map(([, id]) => id);
}

/** `letGo` of `02-let-go`. */
export function camelCase(id) {
  return id.replace(/^\d+-/, '').replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

/** Paths and texts of a template's files; `path` and text have {{words}}. The ending .txt keeps tools from taking templates for code. */
export function filled(template, words) {
  const directory = fileURLToPath(new URL(template, import.meta.url));
  const fill = (text) =>
    text.replace(/\{\{(\w+)\}\}/g, (_, word) => words[word] ?? refuse(`{{${word}}} is in no template`));
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => ({
      path: fill(file.slice(directory.length + 1).replace(/\.txt$/, '')),
      text: fill(readFileSync(file, 'utf8')),
    }));
}

/** Writes all of them, or none where one is there already. */
export function writeAll(files) {
  const there = files.find(({ path }) => existsSync(path));
  if (there)
    refuse(`${there.path} is there already, and nothing was written. Choose another name, or remove it first.`);
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Puts an entry into a list of a file: before the first line that `isLater` says it of, or at the list's end. */
export function insert(path, { list, entry, isLater }) {
  const text = readFileSync(path, 'utf8');
  const begin = text.indexOf(list);
  if (begin < 0) refuse(`${path} has no line "${list}" any more: look at scripts/new.`);
  const end = Math.min(...['\n];', '\n};'].map((closing) => text.indexOf(closing, begin)).filter((at) => at >= 0));
  const body = text.slice(begin, end);
  const later = [...body.matchAll(/^ {2}(?:\{ id: |\{\n {4}id: |)'(\d\d-[\w-]+)'/gm)].find(([, id]) => isLater(id));
  const at = later ? begin + later.index : end + 1;
  writeFileSync(path, `${text.slice(0, at)}${entry}${text.slice(at)}`);
}
