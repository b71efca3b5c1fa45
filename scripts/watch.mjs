// `npm run watch`: `tslab serve` for who writes. Lessons, exercises' texts and included code are read anew for each page, so a reload is enough for
// them; where other sources change, all is built again, and the server started anew. Words behind `--` go to serve.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';

const SOURCES = ['src', 'labs', 'exercises'];
/** Milliseconds in which an editor, or git, writes the other files that belong to it. */
const QUIET = 300;

let server;
let timer;
let building = false;
let isStale = false;

for (const directory of SOURCES) watch(directory, { recursive: true }, (_, name) => isSource(name) && later());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end());
build();

/** Lessons are read anew, and an exercise's answers are for students and tests. */
function isSource(name) {
  return /\.(ts|css)$/.test(name ?? '');
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(build, QUIET);
}

function build() {
  isStale = building;
  if (building) return;
  building = true;
  spawn('npm', ['run', '--silent', 'build'], { stdio: 'inherit' }).once('close', (status) => {
    building = false;
    if (isStale) return build();
    if (status === 0) serveAnew();
    else console.error('watch: that does not build; the pages are as before. Mend it, and save.');
  });
}

function serveAnew() {
  const begin = () => {
    server = spawn(process.execPath, ['dist/bin/tslab.cjs', 'serve', ...process.argv.slice(2)], { stdio: 'inherit' });
  };
  if (server === undefined || server.exitCode !== null) return begin();
  server.once('exit', begin);
  server.kill('SIGINT');
}

function end() {
  server?.kill('SIGINT');
  process.exit(0);
}
