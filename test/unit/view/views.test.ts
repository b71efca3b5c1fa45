import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../../src/lab/events.js';
import { renderJson } from '../../../src/view/json.js';
import { renderPlain } from '../../../src/view/plain.js';
import { colorLevel, showsUnicode, streamSink } from '../../../src/view/sink.js';
import { renderTerminal } from '../../../src/view/terminal/index.js';
import type { View } from '../../../src/view/view.js';
import { Paper, play, SAMPLE } from './sample.js';

const VIEWS: [name: string, view: View][] = [
  ['terminal', renderTerminal],
  ['plain', renderPlain],
  ['JSON', renderJson],
];

describe('the JSON view', () => {
  it('writes every event as one line that reads back as the event', async () => {
    const paper = new Paper();
    await renderJson(play(), paper);
    expect(paper.lines.map((line) => JSON.parse(line))).toEqual(SAMPLE);
  });

  it('lets no control character through', async () => {
    const paper = new Paper();
    const event: LabEvent = { type: 'output', step: 's', stream: 'stdout', text: '\x1b[2J\x9b2J\x7f' };
    await renderJson(play([event]), paper);
    expect(paper.text.trimEnd()).not.toMatch(/\p{Control}/u);
    expect(JSON.parse(paper.text)).toEqual(event);
  });
});

describe('the plain view', () => {
  it('reads aloud: words in place of symbols, one thing a line', async () => {
    const paper = new Paper();
    await renderPlain(play(), paper);
    for (const line of [
      'Step 1: A host name of its own (uts).',
      'new call by child: sethostname("box", 3), result 0',
      'call by child: pivot_root(".", "."), failed, result -1 EINVAL (invalid argument)',
      'before: debian',
      'after: box',
      'changed by: sethostname("box", 3)',
      'check held: the host keeps its name: debian',
      'in step cpu-quota, check failed: cpu share follows the quota; expected 0.20 ± 0.02, got 0.998',
      'by child: 3 housekeeping calls (signals, descriptors).',
      'On the host: /proc/sys/kernel/hostname',
      'it says: Name:   sh',
      'error output: ls: /none: No such file or directory',
      'Lab 00-sample failed: 1 of 2 checks did not hold.',
    ])
      expect(paper.lines).toContain(line);
  });

  it('has no boxes, blocks, marks or colours', async () => {
    const paper = new Paper(80, 3);
    await renderPlain(play(), paper);
    expect(paper.text).not.toMatch(/[\u2190-\u2bff]|[^\P{Control}\n]/u);
  });
});

describe.each(VIEWS)('the %s view', (_, view) => {
  it('tells the lab to return when nobody reads any more', async () => {
    const reader = spawn('true', { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(reader, 'exit');
    let cleaned = false;
    async function* endless(): AsyncGenerator<LabEvent, void> {
      try {
        for (;;) yield* SAMPLE;
      } finally {
        cleaned = true;
      }
    }
    await view(endless(), streamSink(reader.stdin));
    expect(cleaned).toBe(true);
  });

  it('passes on what the lab throws, after all that was observed until then', async () => {
    const paper = new Paper();
    async function* broken(): AsyncGenerator<LabEvent, void> {
      yield { type: 'observe', step: 's', when: 'before', from: 'host', path: '/held/back', value: '1' };
      throw new Error('the kernel said no');
    }
    await expect(view(broken(), paper)).rejects.toThrow('the kernel said no');
    expect(paper.text).toContain('/held/back');
  });
});

describe('a sink', () => {
  it('has no colour under NO_COLOR and --no-color', () => {
    expect(colorLevel({ NO_COLOR: '1' }, true)).toBe(0);
    expect(colorLevel({}, false)).toBe(0);
  });

  it.each([
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
    [{}, false],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, false],
  ])('with %j shows unicode: %s', (env, shows) => expect(showsUnicode(env)).toBe(shows));

  it('reports a full disk as an error, not as an end', async () => {
    const { createWriteStream } = await import('node:fs');
    await expect(streamSink(createWriteStream('/dev/full')).write('text\n')).rejects.toThrow('ENOSPC');
  });
});
