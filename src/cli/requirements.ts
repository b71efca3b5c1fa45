// Node 12 must be able to parse this file and main.ts, in order to say that it is too old: no `?.`, no `??`, no top-level await.

const OLDEST_NODE = [20, 19];

/** As process.versions has them. */
interface Versions {
  readonly node: string;
  readonly bun?: string;
  readonly deno?: string;
}

/** What this machine lacks to run tslab at all, as a message with the way out; undefined where nothing is missing. */
export function missingRequirement(platform: string, versions: Versions): string | undefined {
  // These say that they are a node, and have not all of it.
  if (versions.bun) return `${needsNode('Bun', versions.bun)}\n`;
  if (versions.deno) return `${needsNode('Deno', versions.deno)}\n`;
  if (platform !== 'linux') return `${needsLinux(platform)}\n${wayToLinux(platform)}\n`;
  if (isTooOld(versions.node)) return `${needsNode('Node.js', versions.node)}\n${NEWER}\n`;
  return undefined;
}

function needsLinux(platform: string): string {
  return `tslab: this is ${PLATFORMS[platform] || platform}, and containers need a Linux kernel: they are made of its system calls.`;
}

const PLATFORMS: Record<string, string> = { darwin: 'macOS', win32: 'Windows', freebsd: 'FreeBSD', android: 'Android' };

function wayToLinux(platform: string): string {
  if (platform === 'win32') return 'The shortest way to one: wsl --install, and then tslab inside WSL.';
  if (platform !== 'darwin') return 'Any Linux will do, in a virtual machine too.';
  return `The shortest way to one:\n  ${CONTAINER}\nor, with Lima, a virtual machine of its own:\n  limactl start && lima`;
}

/** As README has it. */
const CONTAINER = `docker run -it --rm --privileged -p 127.0.0.1:8765:8765 -v "$PWD":/tslab -v tslab-state:/var/lib/tslab -w /tslab node:22 \\
  bash -c 'npm install && npm link && tslab doctor --prepare && exec bash'`;

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

function needsNode(name: string, version: string): string {
  return `tslab: this is ${name} ${version}, and tslab needs Node.js ${OLDEST_NODE.join('.')} or newer.`;
}

const NEWER = 'Install a newer one: https://nodejs.org/en/download';
