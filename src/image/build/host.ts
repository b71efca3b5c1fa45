import type { Ids } from '../../kernel/files/copy-file.js';
import type { DiffSource } from '../layer/changed-tree.js';
import type { NewLayer } from '../store/commit-layer.js';
import type { Image } from '../store/images.js';
import type { Source } from './context/source.js';

/** A mount of RUN whose source is a directory of this host. */
export type HostMount =
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly readOnly: boolean }
  | { readonly type: 'tmpfs'; readonly target: string; readonly size: number | undefined };

/** What all RUN of a build have, and the cache asks about. */
export interface RunOptions {
  readonly network?: string;
  /** Lines of /etc/hosts, `NAME:ADDRESS`. */
  readonly extraHosts?: readonly string[];
}

/** What RUN runs. */
export interface RunStep extends RunOptions {
  /** Directories of the layers, topmost first. */
  readonly layers: readonly string[];
  readonly words: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly workdir: string;
  readonly mounts: readonly HostMount[];
  /** Gets what it prints. */
  onOutput(bytes: Uint8Array): void;
}

/** How a command ended. */
export interface RunOutcome {
  readonly status: number;
  /** What there is to say of it beside: a reason why it was not begun. */
  readonly error: string;
}

/** What a build needs of the runtime, which is made of it: images, and containers for RUN. */
export interface BuildHost {
  /** An image by its name, unpacked. Throws UserError, which knows of the stages `alike` that the name may have been meant for. */
  image(name: string, alike: readonly string[]): Promise<Image>;
  /** The files of layers, topmost first, as an overlay shows them. */
  openLayers(layers: readonly string[]): Source;
  /** Who `NAME[:GROUP]` is, by /etc/passwd of these layers. Throws UserError. */
  ownerOf(name: string, layers: readonly string[]): Ids;
  /** Runs a command in a container; where it ends with 0, `keep` gets what it changed. Throws UserError where no container can be made. */
  run(
    step: RunStep,
    keep: (changed: DiffSource) => Promise<NewLayer>,
  ): Promise<RunOutcome & { readonly layer?: NewLayer }>;
}

/** What happens in a build, for whoever shows it. */
export type BuildEvent =
  | { readonly kind: 'step'; readonly number: number; readonly of: number; readonly text: string }
  /** An instruction that the image of FROM has for whoever builds on it. */
  | { readonly kind: 'trigger'; readonly text: string }
  | { readonly kind: 'cached' }
  /** Why it is not taken from the cache. */
  | { readonly kind: 'missed'; readonly why: string }
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'warning'; readonly text: string };

export type Tell = (event: BuildEvent) => void;
