import type { ContainerConfig, Healthcheck } from '../../container/record.js';
import type { ImageHealthcheck, ImageSettings } from '../../image/manifest.js';
import { exposedPorts, portName } from '../../network/ports/published.js';

/** What a container of an image is that is made of a container: as this one is, and where nothing was asked of this one, as its image says. */
export function committedSettings(config: ContainerConfig, ofImage: ImageSettings): ImageSettings {
  const { process, labels, stopSignal, healthcheck } = config;
  const { Entrypoint, Cmd, WorkingDir, StopSignal, ...rest } = ofImage;
  return {
    ...rest,
    ...programOf(config, ofImage),
    Env: process.env.filter((variable) => !isOwn(variable, config)),
    ...(process.user && { User: process.user }),
    ...((WorkingDir || process.cwd !== '/') && { WorkingDir: process.cwd }),
    ...((StopSignal || stopSignal !== 'SIGTERM') && { StopSignal: stopSignal }),
    ...(healthcheck && { Healthcheck: healthOf(healthcheck) }),
    ...unlessEmpty('Labels', labels),
    ...unlessEmpty('ExposedPorts', { ...ofImage.ExposedPorts, ...setOf(exposedPorts(config).map(portName)) }),
    ...unlessEmpty('Volumes', { ...ofImage.Volumes, ...setOf(ownVolumes(config)) }),
  };
}

/** What each container has of its own: its name, and the kind of its terminal. */
function isOwn(variable: string, { hostname, process: { tty } }: ContainerConfig): boolean {
  return variable === `HOSTNAME=${hostname}` || (tty && variable === 'TERM=xterm');
}

/** The words of a container are those of its image's entrypoint, and then its command, unless `--entrypoint` was given. */
function programOf({ process: { args }, entrypoint }: ContainerConfig, { Entrypoint }: ImageSettings): ImageSettings {
  const given = entrypoint ? 1 : (Entrypoint?.length ?? 0);
  const isImages = entrypoint || Entrypoint?.every((word, i) => word === args[i]);
  const count = isImages ? given : 0;
  const [program, command] = [args.slice(0, count), args.slice(count)];
  return { ...(count > 0 && { Entrypoint: program }), ...(command.length > 0 && { Cmd: command }) };
}

function ownVolumes({ mounts }: ContainerConfig): string[] {
  return mounts.flatMap((mount) =>
    mount.type === 'volume' && mount.anonymous && !mount.inherited ? [mount.target] : [],
  );
}

function setOf(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function unlessEmpty(name: keyof ImageSettings, value: object): ImageSettings {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}

/** Of both, times are in nanoseconds. */
function healthOf({ test, ...times }: Healthcheck): ImageHealthcheck {
  const named = Object.entries(times).map(([name, value]) => [`${name[0]?.toUpperCase()}${name.slice(1)}`, value]);
  return { Test: test, ...Object.fromEntries(named) };
}
