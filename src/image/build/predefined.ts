import { ownPlatform } from '../platform.js';

/** Values that a build has without `--build-arg`: a stage sees those of platforms where it declares them (Dockerfile reference, "Automatic platform ARGs"). */
export function predefinedArguments(): Map<string, string> {
  const { os, architecture, variant = '' } = ownPlatform();
  const platform = [os, architecture, ...(variant ? [variant] : [])].join('/');
  const all = ['TARGET', 'BUILD'].flatMap((side) => [
    [`${side}PLATFORM`, platform],
    [`${side}OS`, os],
    [`${side}ARCH`, architecture],
    [`${side}VARIANT`, variant],
  ]);
  return new Map(all as [string, string][]);
}

/** Those that RUN has without a declaration, and that change nothing of what is built. */
export const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
