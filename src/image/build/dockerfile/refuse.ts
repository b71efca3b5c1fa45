/** What BuildKit reads in a Dockerfile and this does not: said by name, with what does the same. */
import { DockerfileError, type Place } from './place.js';

/** Throws DockerfileError for a source that is not fetched: a repository of git (BuildKit, gitutil.ParseGitRef()), or by another protocol. */
export function refuseRepository(source: string, at: Place): void {
  if (!/^(ftp|git|ssh):\/\/|^git@|^https?:\/\/[^?#]*\.git(#|$)/i.test(source)) return;
  const instead = 'ADD fetches files by http and https; git clone before the build, into the context, or in a RUN.';
  throw new DockerfileError(at, `ADD of ${source}: it is not fetched`, instead);
}

export function refuseKeepGitDir(flags: ReadonlyMap<string, unknown>, at: Place): void {
  if (flags.has('keep-git-dir'))
    throw new DockerfileError(at, '--keep-git-dir is for repositories of git', 'Leave it out.');
}

export function refuseSecurity(given: string | undefined, at: Place): void {
  if (given === undefined || given === 'sandbox') return;
  const instead = 'RUN has what a container of `tslab run` has: tslab run --privileged, then tslab commit.';
  throw new DockerfileError(at, `--security=${given} is not granted to RUN`, instead);
}
