/** What BuildKit reads in a Dockerfile and this does not: said by name, with what does the same. */
import { DockerfileError, type Place } from './place.js';

/** Throws DockerfileError for a source that is to be fetched: a build reads its context, and images. */
export function refuseUrl(source: string, at: Place): void {
  if (!/^(https?|ftp|git|ssh):\/\/|^git@/.test(source)) return;
  const instead = 'Fetch it before the build, into the context; or RUN wget in a stage of its own.';
  throw new DockerfileError(at, `ADD of ${source}: nothing is fetched from a URL`, instead);
}
