import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../../src/lab/events.js';
import { renderPlain } from '../../../src/view/plain.js';
import { renderTerminal } from '../../../src/view/terminal/index.js';
import type { View } from '../../../src/view/view.js';
import { Paper, play } from './sample.js';

const TMP = '/var/lib/tslab/.tmp-4711-300-7b7e4a57';
const lab: LabEvent = {
  ...{ type: 'lab', id: '06', title: 'Volumes', cgroup: 'v2', root: true },
  directories: { TMP },
};
const mounted: LabEvent = {
  ...{ type: 'syscall', step: 's', by: 'child', name: 'mount', args: ['disk', `${TMP}/shared`], result: 0 },
  text: `mount("disk", "${TMP}/shared", "tmpfs", 0, NULL)`,
};
const observed: LabEvent = {
  ...{ type: 'observe', step: 's', when: 'during', from: 'host', path: `${TMP}/shared`, value: `0:39 / ${TMP}/shared` },
};

async function show(events: readonly LabEvent[], view: View = renderTerminal): Promise<string[]> {
  const paper = new Paper(80);
  await view(play(events), paper);
  return paper.lines;
}

describe('the directories of a run', () => {
  it('are named in a legend, and by that name from there on', async () => {
    const [, , legend, , , ...lines] = await show([lab, mounted, observed]);
    expect(legend).toBe(`TMP = ${TMP}`);
    expect(lines).toEqual([
      '▸ child  mount("disk", "TMP/shared", "tmpfs", 0, NULL) = 0',
      '',
      '  TMP/shared  on the host',
      '    0:39 / TMP/shared',
    ]);
  });

  it('are read aloud by those names', async () =>
    expect((await show([lab, observed], renderPlain)).slice(2)).toEqual([
      `TMP = ${TMP}`,
      'On the host: TMP/shared',
      'it says: 0:39 / TMP/shared',
    ]));

  it('keep their paths where nothing says what they are called', async () =>
    expect((await show([observed])).join()).toContain(`${TMP}/shared`));
});

describe('a long path in a call', () => {
  const row = async (text: string) =>
    (await show([{ ...mounted, name: text.slice(0, text.indexOf('(')), text } as LabEvent]))
      .join('')
      .replace('▸ child  ', '');

  it('is cut in the middle, also behind a descriptor', async () => {
    const group = '/sys/fs/cgroup/memory/tslab/memory-limit-4711/memory.max';
    expect(await row(`mkdirat(AT_FDCWD, "${group}", 0755)`)).toContain('"/sys/fs/cgroup/memory/tslab/…/memory.max"');
    expect(await row(`write(3<${group}>, "1", 1)`)).toContain('3</sys/fs/cgroup/memory/tslab/…/memory.max>');
  });

  it('stays where it is no path, or short', async () => {
    const script = `execve("/bin/sh", ["sh", "-c", "cat /etc/hosts; ${'echo; '.repeat(5)}"])`;
    expect((await row(script)).replace(/\s+/g, '')).toContain(script.replace(/\s+/g, ''));
    expect(await row('chdir("../../../../")')).toContain('chdir("../../../../") = 0');
  });
});
