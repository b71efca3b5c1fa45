import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ociArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { shell, TSLAB } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const here = mkdtempSync(join(tmpdir(), 'tslab-interrupted-'));
beforeAll(() => {
  const layer = archive(member({ name: 'a', content: Buffer.alloc(40_000) }));
  writeFileSync(join(here, 'image.tar'), ociArchive([layer], {}, 'docker.io/library/app:1').bytes);
  writeFileSync(join(here, 'files.tar'), layer);
});
afterAll(() => rmSync(here, { recursive: true }));

describe.skipIf(!isRoot)('an archive that comes slowly (skipped without root)', () => {
  it.each([
    ['load', 'INT', 130, 'load -i slow', 'image.tar', 'ingest'],
    ['load of standard input', 'TERM', 143, 'load < slow', 'image.tar', 'ingest'],
    ['import', 'INT', 130, 'import slow app', 'files.tar', 'layers'],
  ])(
    '%s leaves nothing when it is interrupted, and does not wait for the rest',
    (_, signal, status, words, file, place) => {
      const { stdout } =
        shell(`cd ${here}; export TSLAB_STATE=${here}/state; rm -rf slow state; mkfifo slow; exec 3<> slow
      head -c 30000 ${file} >&3; '${process.execPath}' '${TSLAB}' ${words} 2> told 3>&- & p=$!
      until ls -A state/images/${place} 2> /dev/null | grep -q tmp; do sleep 0.02; done
      kill -${signal} $p; wait $p; echo $?
      ls -A state/images/ingest state/images/layers state/ledger; cat told`);
      expect(stdout.split('\n').filter((line) => !/^$|:$/.test(line))).toEqual([`${status}`]);
    },
  );
});
