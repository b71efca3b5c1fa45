import { arch, release } from 'node:os';
import { renderVersions, type Versions } from '../../../docker/output/info.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { version as ownVersion } from '../../version.js';
import { tellingErrors } from '../shared/errors.js';
import { renderFormatted } from './formatted.js';

/** `tslab version` */
export const define: Define = (command, choose) =>
  command
    .description('Show the versions of tslab, of node and of the kernel. `tslab --version` is the number alone.')
    .option('-f, --format <format>', 'json, or a template: {{.Server.KernelVersion}}')
    .action(({ format }: { format?: string }) => choose(() => tellingErrors(() => version(format))));

async function version(format: string | undefined): Promise<number> {
  const versions = readVersions();
  if (format === undefined) print(renderVersions(versions));
  else print(await renderFormatted(format, versions));
  return 0;
}

function readVersions(): Versions {
  const both = { Version: ownVersion(), Os: process.platform, Arch: GO_NAMES[arch()] ?? arch() };
  return {
    Client: { ...both, NodeVersion: process.versions.node },
    Server: { ...both, KernelVersion: release() },
  };
}

/** Architectures as Go, and so Docker, calls them, by node's names. */
const GO_NAMES: Readonly<Record<string, string>> = { x64: 'amd64' };
