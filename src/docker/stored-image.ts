/** What a container has of its image, where the command line says nothing else. */
import { existsSync } from 'node:fs';
import type { ImageHealthcheck, ImageSettings } from '../image/manifest.js';
import { type Image, imageDirectories, isUnpacked, lookUpImage } from '../image/store/images.js';
import { notedDirectories } from '../image/store/stack.js';
import { UserError } from '../kernel/errors/user-error.js';

export { holdStore } from '../image/store/hold.js';

import type { RunFlags, RunRequest } from './options/run.js';

/** An image that can be run. */
export interface ReadyImage extends Image {
  /** The directories of its layers, topmost first. */
  readonly layers: readonly string[];
}

/** An image of the store, or one that is made of what this host has; undefined where there is none of this name. Throws UserError. */
export async function storedImage(name: string): Promise<ReadyImage | undefined> {
  const image = (await madeHere(name)) ?? lookUpImage(name);
  return image && { ...image, layers: readyLayers(image) ?? (await makeReady(image)) };
}

/** All layers are looked for, since somebody may have removed one by hand: it is unpacked again then. */
function readyLayers({ id }: Image): string[] | undefined {
  const noted = notedDirectories(id);
  return noted?.every((directory) => existsSync(directory)) ? noted : undefined;
}

async function makeReady(image: Image): Promise<string[]> {
  if (isUnpacked(image)) (await import('../image/store/note-stack.js')).noteStack(image);
  else await makeLayers(async () => void (await (await import('../image/store/new-layer.js')).unpackImage(image)));
  return imageDirectories(image);
}

/** Does what makes layers for a container, or has this command do it as root of its user's ids; where that fails, it has told why, and this ends. */
export async function makeLayers(work: () => Promise<void>): Promise<void> {
  const { againAsOwnRoot } = await import('../container/users/again-as-root.js');
  const status = await againAsOwnRoot();
  if (status === undefined) await work();
  else if (status !== 0) process.exit(status);
}

async function madeHere(name: string): Promise<Image | undefined> {
  return name.startsWith(MADE_HERE) ? (await import('../image/local/local.js')).localImage(name) : undefined;
}

/** busybox is none of them: the root filesystem of the labs is made without a store, and faster. */
const MADE_HERE = 'tslab/';

/** The command, and flags that replace what the image says whole. */
export function withImageFlags(
  flags: RunFlags,
  [name = '', ...given]: readonly string[],
  { config }: Image,
): [RunFlags, string[]] {
  const settings = config.config ?? {};
  const { Entrypoint, Cmd, WorkingDir, User, StopSignal, ExposedPorts } = settings;
  // `--entrypoint` takes the image's command away as well: it was meant for another program.
  const command =
    flags.entrypoint === undefined ? [...(Entrypoint ?? []), ...(given.length > 0 ? given : (Cmd ?? []))] : given;
  if (command.length === 0 && flags.entrypoint === undefined) throw noCommand(name);
  const workdir = flags.workdir ?? (WorkingDir || undefined);
  const user = flags.user ?? (User || undefined);
  const stopSignal = flags.stopSignal ?? (StopSignal || undefined);
  const expose = [...Object.keys(ExposedPorts ?? {}), ...(flags.expose ?? [])];
  const ours = { ...(workdir && { workdir }), ...(user && { user }), ...(stopSignal && { stopSignal }) };
  return [{ ...flags, ...ours, ...(expose.length > 0 && { expose }) }, [name, ...command]];
}

function noCommand(name: string): UserError {
  return new UserError(
    'no command specified',
    2,
    `${name} has neither CMD nor ENTRYPOINT: give a command behind its name.`,
  );
}

/** What is added to what the command line says: variables, labels, volumes, times of a health check. */
export function withImageDefaults(request: RunRequest, image: ReadyImage): RunRequest {
  const settings = image.config.config ?? {};
  const healthcheck = healthOf(request, settings.Healthcheck);
  return {
    ...request,
    layers: image.layers,
    process: { ...request.process, env: [...(settings.Env ?? []), ...request.process.env] },
    labels: { ...settings.Labels, ...request.labels },
    mounts: [...volumesOf(request, settings), ...request.mounts],
    ...(healthcheck && { healthcheck }),
  };
}

/** An anonymous volume at each place, where nothing else is mounted: it gets the files that the image has there. */
function volumesOf({ mounts, inherited = [] }: RunRequest, { Volumes }: ImageSettings): RunRequest['mounts'] {
  const taken = new Set([...mounts, ...inherited].map(({ target }) => target));
  const targets = Object.keys(Volumes ?? {}).filter((target) => !taken.has(target.replace(/\/$/, '')));
  return targets.map((target) => ({ type: 'volume', name: undefined, target, readOnly: false, copy: true }));
}

/** A check without a command is the image's, with other times. */
function healthOf({ healthcheck }: RunRequest, image: ImageHealthcheck | undefined): RunRequest['healthcheck'] {
  const test = image?.Test ?? [];
  if (test.length === 0 || (healthcheck && healthcheck.test.length > 0)) return healthcheck;
  const times = {
    interval: image?.Interval,
    timeout: image?.Timeout,
    startPeriod: image?.StartPeriod,
    startInterval: image?.StartInterval,
    retries: image?.Retries,
  };
  const said = Object.entries(times).filter(([, value]) => value !== undefined && value !== 0);
  return { ...Object.fromEntries(said), ...healthcheck, test: shellTest(test) };
}

/** Checks are run by a shell; words become a line of it. */
function shellTest([kind = '', ...words]: readonly string[]): string[] {
  if (kind !== 'CMD') return [kind, ...words];
  return ['CMD-SHELL', words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')];
}
