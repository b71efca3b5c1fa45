/** How soon `tslab serve` has shown a page, from its start and from when it listens, and how large the page is with all that it loads. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isReached, median, renderTarget, type Target, table } from './figures.js';
import { TSLAB } from './tslab.js';

const RUNS = Number(process.argv[2] ?? '11');
const PAGES = ['/en/index.html', '/en/03-cgroups.html'];

/** Milliseconds from the start of the process, but for the bytes. */
interface Sample {
  readonly listening: number;
  readonly shown: number;
  readonly bytes: number;
}

const samples = new Map<string, Sample[]>();
for (let run = 0; run < RUNS; run++) {
  for (const page of PAGES) samples.set(page, [...(samples.get(page) ?? []), await measure(page)]);
}

const rows = PAGES.map((page) => [page, ...describe(samples.get(page) ?? [])]);
const first = middle('/en/index.html', ({ listening, shown }) => shown - listening);
const targets: Target[] = [
  { what: 'first page, milliseconds from listening', ratio: first, most: 150 },
  ...PAGES.map((page) => ({ what: `${page}, KB in all`, ratio: middle(page, ({ bytes }) => bytes) / 1000, most: 200 })),
];

console.log(`medians of ${RUNS} runs, each with a server of its own`);
console.log(table([['page', 'listens after', 'shown after', 'from listening', 'size'], ...rows]));
console.log(`\n${targets.map(renderTarget).join('\n')}`);
if (!targets.every(isReached)) process.exitCode = 1;

/** A server that has just been started, asked for a page and all that the page loads. */
async function measure(page: string): Promise<Sample> {
  const state = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
  const start = performance.now();
  const server = spawn(process.execPath, [TSLAB, 'serve', '--port', '0', '--json'], {
    env: { ...process.env, TSLAB_STATE: state },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface({ input: server.stdout }), 'line');
    const listening = performance.now() - start;
    const bytes = await load(new URL(JSON.parse(line).url), page);
    return { listening, shown: performance.now() - start, bytes };
  } finally {
    server.kill();
    await once(server, 'exit');
    rmSync(state, { recursive: true });
  }
}

/** Opens the address of the terminal, then the page; the bytes of the page and of what its head names. */
async function load(address: URL, page: string): Promise<number> {
  const { headers } = await fetch(address, { redirect: 'manual' });
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = async (path: string) => (await fetch(new URL(path, address), { headers: { cookie } })).text();
  const html = await get(page);
  const named = [...html.matchAll(/<(?:link|script)[^>]* (?:href|src)="(\/[^"]+)"/g)].map(([, path = '']) => path);
  const loaded = await Promise.all(named.map(get));
  return [html, ...loaded].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function describe(all: readonly Sample[]): string[] {
  const listening = median(all.map((sample) => sample.listening));
  const shown = median(all.map((sample) => sample.shown));
  const between = median(all.map((sample) => sample.shown - sample.listening));
  const bytes = median(all.map((sample) => sample.bytes));
  return [...[listening, shown, between].map((time) => `${time.toFixed(0)} ms`), `${(bytes / 1000).toFixed(0)} KB`];
}

function middle(page: string, figure: (sample: Sample) => number): number {
  return median((samples.get(page) ?? []).map(figure));
}
