/** What BuildKit reads in a Dockerfile and this does not: said by name, with what does the same. */
import { DockerfileError, type Place } from './place.js';
import { splitWords } from './words.js';

const HEREDOC = /^\d*<<-?["']?[A-Za-z_]\w*["']?$/;

/** Throws DockerfileError for a here-document. Its lines would else be taken for instructions. */
export function refuseHeredoc(keyword: string, text: string, at: Place): void {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return;
  const found = splitWords(text, '\\').find((word) => HEREDOC.test(word));
  if (found === undefined) return;
  const instead =
    keyword === 'RUN'
      ? 'Write one line, with && \\ at the ends, or COPY a script and run it.'
      : 'COPY a file that has it.';
  throw new DockerfileError(at, `${keyword} has a here-document (${found}), which is not read here`, instead);
}

/** Throws DockerfileError for a source that is to be fetched: a build reads its context, and images. */
export function refuseUrl(source: string, at: Place): void {
  if (!/^(https?|ftp|git|ssh):\/\/|^git@/.test(source)) return;
  const instead = 'Fetch it before the build, into the context; or RUN wget in a stage of its own.';
  throw new DockerfileError(at, `ADD of ${source}: nothing is fetched from a URL`, instead);
}

export function onbuild(at: Place): DockerfileError {
  const instead = 'Write the instruction into the Dockerfile of the image that is built FROM this one.';
  return new DockerfileError(
    at,
    'ONBUILD is not carried out here: images in the format of OCI do not keep it',
    instead,
  );
}
