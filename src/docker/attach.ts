import { type ContainerConfig, STD_STREAMS, type StdStream } from '../container/record.js';
import { UserError } from '../kernel/errors/user-error.js';
import { invalid } from './options/refuse.js';

/** The streams of `-a`, in any case, as docker has them. Throws UserError, in the words of docker/cli (validateAttach() in container/opts.go, run.go). */
export function parseAttach(values: readonly string[], detach = false): Required<Pick<ContainerConfig, 'attach'>> {
  const attach = values.map((value) => {
    const found = STD_STREAMS.find((stream) => stream === value.toLowerCase());
    return found ?? refuse(value);
  });
  if (detach) throw new UserError('Conflicting options: -a and -d', 1, 'Leave one of them out.');
  return { attach };
}

function refuse(value: string): never {
  throw invalid('-a, --attach', value, 'valid streams are STDIN, STDOUT and STDERR');
}

/** Which streams of a container the command that starts it is connected with. */
export type AttachedStreams = Readonly<Record<StdStream, boolean>>;

/** Docker's rule (docker/cli, parse() in container/opts.go): without `-a` both outputs; standard input with `-i` in any case; with `-d` none. */
export function attachedStreams({
  attach = ['stdout', 'stderr'],
  process: { interactive },
  detached,
}: Pick<ContainerConfig, 'attach' | 'process' | 'detached'>): AttachedStreams {
  const has = (stream: StdStream) => !detached && attach.includes(stream);
  return { stdin: has('stdin') || (interactive && !detached), stdout: has('stdout'), stderr: has('stderr') };
}
