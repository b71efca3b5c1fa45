import type { Command } from 'commander';
import { tellImage } from '../../../docker/images/tell.js';
import { TransferScreen, transferLine } from '../../../docker/output/transfer.js';
import { familiarName, fullName, type Reference } from '../../../image/reference.js';
import type { Tell } from '../../../image/transfer/events.js';
import { type Pulled, type PullOptions, pullImage } from '../../../image/transfer/pull.js';
import { print } from '../../../terminal/output.js';
import { visible } from '../../../view/text/visible.js';
import { warn } from '../../leftovers.js';

export function addTlsVerify(command: Command): Command {
  return command.option(
    '--tls-verify <wanted>',
    'false: take any certificate, or none and no TLS; by default so for registries on this machine alone',
    (value) => value !== 'false',
  );
}

/** Where it is shown what a pull or a push does. */
export interface Shown {
  readonly stream: NodeJS.WriteStream;
  readonly write: (text: string) => void;
}

export function onStandardOutput(): Shown {
  return { stream: process.stdout, write: print };
}

/** Standard output is the container's. */
export function onStandardError(): Shown {
  return { stream: process.stderr, write: (text) => process.stderr.write(text) };
}

/** Pulls an image and tells of it as docker does; without `shown` silently. Throws UserError. */
export async function pullTold(reference: Reference, shown: Shown | undefined, options: PullOptions): Promise<Pulled> {
  const { repository, tag, digest } = reference;
  const name = familiarName(fullName(reference));
  shown?.write(`${tag ?? digest}: Pulling from ${repository}\n`);
  const pulled = await pullImage(reference, { ...options, tell: teller(shown) });
  tellImage('pull', pulled.image, name);
  const status = pulled.wasHere ? 'Image is up to date' : 'Downloaded newer image';
  shown?.write(`Digest: ${pulled.digest}\nStatus: ${status} for ${name}\n`);
  for (const note of pulled.notes) warn(visible(note));
  return pulled;
}

/** Shows each event: at a terminal in the line of its layer. */
export function teller(shown: Shown | undefined): Tell {
  if (!shown) return () => {};
  const { stream, write } = shown;
  if (!stream.isTTY) return (event) => write(transferLine(event));
  // As the terminal is now: node's own figures follow the signal that it was changed.
  const screen = new TransferScreen(() => {
    const [columns, rows] = stream.getWindowSize();
    return { columns: columns || 80, rows: rows || 24 };
  });
  return (event) => write(screen.take(event, Date.now()));
}
