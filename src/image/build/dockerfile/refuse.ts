/** What BuildKit reads in a Dockerfile and this does not: said by name, with what does the same. */
import { DockerfileError, type Place } from './place.js';

/** Throws DockerfileError for a source that is to be fetched: a build reads its context, and images. */
export function refuseUrl(source: string, at: Place): void {
  if (!/^(https?|ftp|git|ssh):\/\/|^git@/.test(source)) return;
  const instead = 'Fetch it before the build, into the context; or RUN wget in a stage of its own.';
  throw new DockerfileError(at, `ADD of ${source}: nothing is fetched from a URL`, instead);
}

/** What only a source that is fetched has. */
export function refuseChecksum(flags: ReadonlyMap<string, unknown>, at: Place): void {
  const name = ['checksum', 'keep-git-dir'].find((one) => flags.has(one));
  if (name !== undefined)
    throw new DockerfileError(
      at,
      `--${name} is for sources from a URL`,
      'Leave it out: files of the context go by content.',
    );
}

export function refuseSecurity(given: string | undefined, at: Place): void {
  if (given === undefined || given === 'sandbox') return;
  const instead = 'RUN has what a container of `tslab run` has: tslab run --privileged, then tslab commit.';
  throw new DockerfileError(at, `--security=${given} is not granted to RUN`, instead);
}
