// `npm run translations`: what lessons/zh, exercises/*/zh.md and src/view/words/zh lack of their English originals. A reader sees the English
// meanwhile, with a sentence that says so. Prints nothing else than what is needed; the exit status is 1 then.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const needs = originals().flatMap(({ original, translation }) => {
  if (!existsSync(join(ROOT, translation))) return [`${translation}: translate ${original}`];
  if (!original.endsWith('.md')) return [];
  const [theirs, ours] = [original, translation].map(partsOf);
  return [...without(theirs, ours, 'translate'), ...without(ours, theirs, 'remove')].map(
    (what) => `${translation}: ${what}, as in ${original}`,
  );
});

for (const line of needs) console.log(`needs: ${line}`);
if (needs.length > 0) {
  console.log(
    'Write what is missing, with the same ids, blocks and code as the English; nothing else has to change. Until then readers see the English.',
  );
  process.exitCode = 1;
}

/** Pairs of paths, from the root of the project. */
function originals() {
  const lessons = namesIn('lessons/en', /\.md$/).map((name) => pair('lessons/', `/${name}`));
  const exercises = namesIn('exercises', /^\d/).map((id) => pair(`exercises/${id}/`, '.md'));
  const words = namesIn('src/view/words/en', /\.ts$/).map((name) => pair('src/view/words/', `/${name}`));
  return [...lessons, ...exercises, ...words];
}

function namesIn(directory, pattern) {
  return readdirSync(join(ROOT, directory)).filter((name) => pattern.test(name));
}

function pair(before, behind) {
  return { original: `${before}en${behind}`, translation: `${before}zh${behind}` };
}

/** What an edition must have whatever its language: sections, the blocks and the code in them. `{#goal}`, `{#goal} ::: predict`, … */
function partsOf(path) {
  let section = '';
  return readFileSync(join(ROOT, path), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const id = /^#{1,6} .*\{#([\w-]+)\}\s*$/.exec(line)?.[1];
      if (id !== undefined) section = `{#${id}}`;
      const block = /^(?:::: ?\w.*|```.* include=\S+)$/.exec(line)?.[0];
      if (block !== undefined) return [`${section} ${block.trim()}`];
      return id === undefined ? [] : [section];
    });
}

/** What is more often in the first than in the second. */
function without(all, others, verb) {
  const left = [...others];
  const rest = all.filter((part) => {
    const at = left.indexOf(part);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return rest.map((part) => `${verb} ${part}`);
}
