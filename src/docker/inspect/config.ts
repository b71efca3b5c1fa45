import type { ContainerConfig, Healthcheck } from '../../container/record.js';
import { attachedStreams } from '../attach.js';
import { GoMap, NIL_SLICE, NilMap, omittingEmpty } from '../template/values.js';
import { exposedMap } from './ports.js';

/** `Config` of `inspect`: what is the same on any host (moby, api/types/container/config.go). */
export function inspectedConfig(config: ContainerConfig) {
  const { hostname, domainname, image, process, labels, stopSignal, stopTimeout, healthcheck } = config;
  const attached = attachedStreams(config);
  const fields = {
    Hostname: hostname,
    Domainname: domainname ?? '',
    User: process.user,
    AttachStdin: attached.stdin,
    AttachStdout: attached.stdout,
    AttachStderr: attached.stderr,
    ExposedPorts: exposedMap(config),
    Tty: process.tty,
    OpenStdin: process.interactive,
    StdinOnce: process.interactive && attached.stdin,
    Env: process.env,
    ...programOf(config),
    Healthcheck: healthcheck && inspectedCheck(healthcheck),
    Image: image,
    Volumes: anonymousVolumes(config),
    WorkingDir: process.cwd,
    OnBuild: NIL_SLICE,
    Labels: new GoMap(labels, ''),
    StopSignal: stopSignal,
    StopTimeout: stopTimeout,
  };
  return omittingEmpty(fields, 'ExposedPorts', 'OnBuild', 'StopSignal');
}

/** Times in nanoseconds; 0 is the usual. */
function inspectedCheck({
  test,
  interval = 0,
  timeout = 0,
  startPeriod = 0,
  startInterval = 0,
  retries = 0,
}: Healthcheck) {
  const fields = {
    Test: test,
    Interval: interval,
    Timeout: timeout,
    StartPeriod: startPeriod,
    StartInterval: startInterval,
    Retries: retries,
  };
  return omittingEmpty(fields, ...(Object.keys(fields) as (keyof typeof fields)[]));
}

/** `--entrypoint` is the first word of what runs. */
function programOf({ process: { args }, entrypoint }: ContainerConfig) {
  if (!entrypoint) return { Cmd: args, Entrypoint: NIL_SLICE };
  return { Cmd: args.length > 1 ? args.slice(1) : NIL_SLICE, Entrypoint: args.slice(0, 1) };
}

/** `-v /data`, without a name: a set of places. */
function anonymousVolumes({ mounts }: ContainerConfig): GoMap {
  const own = mounts.filter((mount) => mount.type === 'volume' && mount.anonymous && !mount.inherited);
  const places = own.map(({ target }) => target);
  if (places.length === 0) return new NilMap({});
  return new GoMap(Object.fromEntries(places.map((place) => [place, {}])), {});
}
