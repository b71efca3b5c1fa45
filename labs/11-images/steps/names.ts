import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, hexOf } from '../../../src/image/digest.js';
import { chainIds } from '../../../src/image/ids.js';
import { adoptImplied } from '../../../src/image/layer/implied.js';
import { possibleOwners } from '../../../src/image/layer/owners.js';
import { unpackLayer } from '../../../src/image/layer/unpack-layer.js';
import { execve } from '../../../src/kernel/calls/index.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { ENVIRONMENT, withProgram } from '../../../src/lab/script.js';
import type { Overlay } from '../../04-overlay/calls/options.js';
import { archiveOf, type Files, membersOf } from './archive.js';
import { abridged, bytesAt, container, type Layer, printed, type Setup, short, writeTold } from './setup.js';

// #region config
/** The file that an image is: which layers, and what a container of them is to do. */
export function configOf(layers: readonly Layer[], { Env, Cmd }: Settings): string {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId).reverse() };
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return JSON.stringify({ architecture, os: 'linux', config: { Env, Cmd }, rootfs });
}

export interface Settings {
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
}

const SETTINGS: Settings = { Env: ['GREETING=good morning'], Cmd: ['/bin/sh', '-c', 'echo $GREETING'] };

export async function configStep({ lab, base, app, directory, overlay }: Setup): Promise<void> {
  await lab.step('config');
  const place = directory('config');
  const layers = [app, base];
  const config = configOf(layers, SETTINGS);
  const [id, path] = [digestOf(config), join(place, 'config-1.json')];
  await writeTold(lab, path, config);
  await writeTold(lab, join(place, 'config-2.json'), configOf(layers, { ...SETTINGS, Cmd: ['/app/hello'] }));
  await lab.observe('after', observed('host', 'the config of the image', byMember(config)));
  const said = await runConfig(lab, overlay('config', ...layers), bytesAt(path));
  await lab.check('what a container prints, from Env in the config', 'good morning', said);
  await lab.check('sha256 of the config: the ID of the image', short(id), short(digestOf(bytesAt(path) ?? '')));
  const other = bytesAt(join(place, 'config-2.json'));
  const same = other === undefined ? null : digestOf(other) === id ? 'the same' : 'another';
  await lab.check('ID of an image with the same layers and another command', 'another', same);
}
// #endregion

/** A line for each member of a JSON object, with the first digits of digests. */
function byMember(json: string): string {
  const oneLine = (value: unknown) => JSON.stringify(value, null, 1).replace(/\n */g, ' ');
  const members = Object.entries(JSON.parse(json)).map(([name, value]) => `${name}: ${oneLine(value)}`);
  return abridged(members.join('\n'));
}

/** What a runtime makes of it: the program, its arguments and its variables. */
async function runConfig(lab: Lab, overlay: Overlay, config: Buffer | undefined): Promise<string | null> {
  if (!config) return null;
  const { Env, Cmd }: Settings = JSON.parse(config.toString()).config;
  const program = execve(Cmd[0] ?? '', Cmd, [...ENVIRONMENT, ...Env]);
  const { output } = await lab.run(withProgram(container(lab, overlay), program), Cmd.at(-1) ?? '');
  return output;
}

// #region chain-id
/** Two images, whose second layer is the same archive: `data/` itself is in none but the first. */
const PARENTS: readonly Files[] = [{ 'data/': 0o700 }, { 'data/': 0o1777 }];
const CHILD: Files = { 'data/file': 'the same in both\n' };

export async function chainIdStep(setup: Setup): Promise<void> {
  const { lab, directory, unpack } = setup;
  const wanted = await lab.step('chain-id');
  const nameOf = (diffIds: readonly Digest[]) => (wanted ? chainIds(diffIds) : diffIds).at(-1) as Digest;
  await lab.check(
    'chain ID of the upper of the lesson’s two layers',
    '72df91e7…',
    `${hexOf(nameOf(EXAMPLE)).slice(0, 8)}…`,
  );
  const [store, archive] = [directory('store'), archiveOf(membersOf(CHILD))];
  const parents = await Promise.all(PARENTS.map((files, i) => unpack(archiveOf(membersOf(files)), `parent-${i}`)));
  await lab.check(ONE_COPY, 'drwx------', await modeWithOneCopy(setup, archive, parents as [Layer, Layer]));
  const names = new Set<string>();
  const modes: string[] = [];
  for (const [i, parent] of parents.entries()) {
    const name = nameOf([parent.diffId, digestOf(archive)]);
    const layer = await placed(join(store, hexOf(name)), archive, parent);
    names.add(name);
    modes.push(await modeInside(setup, `chain-${i}`, layer, parent));
  }
  await lab.observe(
    'after',
    observed('host', 'names of the layer', [...names].map((name) => short(name as Digest)).join('\n')),
  );
  await lab.check('chain IDs that one layer has on two others', 2, names.size);
  await lab.check('/data in containers of both images', 'drwx------ drwxrwxrwt', modes.join(' '));
}

const ONE_COPY = '/data of the second image, with the first one’s copy of the layer';

/** What comes of a store that names layers by their diff IDs: the copy that is there already is the first image's. */
async function modeWithOneCopy(setup: Setup, archive: Buffer, parents: readonly [Layer, Layer]): Promise<string> {
  const path = join(setup.directory('by-diff-id'), hexOf(digestOf(archive)));
  return await modeInside(setup, 'one-copy', await placed(path, archive, parents[0]), parents[1]);
}

/** The layer of a store: unpacked where it is not there yet. What it says nothing of, it has from the layer below. */
async function placed(path: string, archive: Buffer, parent: Layer): Promise<Layer> {
  if (!existsSync(path)) {
    mkdirSync(path);
    const { implied } = await unpackLayer([archive], path);
    await adoptImplied({ directory: path, implied }, [parent.directory], possibleOwners());
  }
  return { archive, diffId: digestOf(archive), directory: path };
}

async function modeInside({ lab, base, overlay }: Setup, name: string, ...layers: readonly Layer[]): Promise<string> {
  const printedLine = await printed(lab, overlay(name, ...layers, base), 'ls -ld /data');
  return printedLine.split(' ')[0] ?? '';
}
// #endregion

/** The layers of an image of 2022, jenkins/jenkins. */
const EXAMPLE: readonly Digest[] = [
  'sha256:7948c3e5790c6df89fe48041fabd8f1c576d4bb7c869183e03b9e3873a5f33d9',
  'sha256:4d1ab3827f6b69f4e55bd69cc8abe1dde7d7a7f61bd6e32c665f12e0a8efd1c9',
];
