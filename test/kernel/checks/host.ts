import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { call } from '../../../src/kernel/call.js';
import { mount, sethostname, umount2 } from '../../../src/kernel/calls/index.js';
import { stateDirectory } from '../../../src/state/directories.js';
import * as wrong from './sabotage.js';

const LEFT = 'host: the host is as it was before';

/** Runs, by lab, that leave or change something on the host: for a process that has mounts and a host name to itself. */
export const SABOTAGES_OF_THE_HOST: Readonly<Record<string, wrong.Run>> = {
  '01-pid-namespace': {
    faults: { 'mount-proc': (spec) => leave(spec, () => mountOnHost('tmpfs', null)) },
    fails: ['mount-proc: the host has as many mounts as before', LEFT],
    undo,
  },
  '02-rootfs': { faults: { pivot: (spec) => leave(spec, startOnHost) }, fails: [LEFT], undo },
  '04-overlay': {
    faults: {
      mountinfo: wrong.where(/^mount\("overlay"/, (spec) => leave(spec, () => mountOnHost('overlay', overlayOf(spec)))),
    },
    fails: ['mountinfo: lines about it in the host’s own mountinfo', LEFT],
    undo,
  },
  '12-runtime': {
    faults: { 'uts-ipc': (spec) => leave(spec, renameHost) },
    fails: ['uts-ipc: the host’s host name', LEFT],
    undo,
  },
};

type TakeBack = () => unknown;

let takeBack: TakeBack | undefined;

/** Does something to the host, once in a run, however many processes the step starts. */
function leave(spec: wrong.Spec, something: () => TakeBack): wrong.Spec {
  takeBack ??= something();
  return spec;
}

async function undo(): Promise<void> {
  await takeBack?.();
  takeBack = undefined;
}

function mountOnHost(type: string, options: string | null): TakeBack {
  const place = mkdtempSync(join(stateDirectory(), 'left-'));
  call(mount('left-behind', place, type, 0, options));
  return () => {
    call(umount2(place, 0));
    rmdirSync(place);
  };
}

/** The options of the overlay that a container is about to have. */
function overlayOf({ calls }: wrong.Spec): string {
  const texts = calls.flatMap((one) => wrong.argumentsOf({ calls: [one] }, 'mount'));
  return texts.find((text) => text.startsWith('lowerdir=')) ?? '';
}

function startOnHost(): TakeBack {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  return () => {
    child.kill();
    return once(child, 'exit');
  };
}

function renameHost(): TakeBack {
  const name = hostname();
  call(sethostname('renamed'));
  return () => call(sethostname(name));
}
