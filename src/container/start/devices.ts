/** Devices of the host that a container is to have, as they are when it starts. */
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { deviceNumbers } from '../../kernel/files/device-numbers.js';
import type { Linux } from '../../oci/linux.js';
import type { DeviceRule } from '../../oci/resources.js';

type Device = NonNullable<Linux['devices']>[number];

/** A node of the host, where a container is to have it, and what it may do with it. */
export interface FoundDevice {
  readonly source: string;
  readonly device: Device;
  readonly access: string;
}

interface Asked {
  readonly host: string;
  readonly container: string;
  readonly access: string;
}

/** A node, or all below a directory, as Docker finds them (moby, oci.DevicesFromPath()). Throws UserError (2) where there is none. */
export function findDevices(asked: readonly Asked[]): FoundDevice[] {
  const found = asked.flatMap(findDevice);
  return [...new Map(found.map((one) => [one.device.path, one])).values()];
}

function findDevice({ host, container, access }: Asked): FoundDevice[] {
  const source = realPath(host);
  const status = statSync(source);
  const nodes = status.isDirectory() ? nodesBelow(source) : isNode(status) ? [source] : [];
  if (nodes.length === 0) throw noDevice(host, 'not a device node');
  return nodes.map((node) => ({ source: node, device: deviceAt(node, container + node.slice(source.length)), access }));
}

/** All that the host has (moby, oci.HostDevices()), but terminals, which are the container's own. */
export function hostDevices(): FoundDevice[] {
  const left = new Set(['/dev/console', '/dev/ptmx', '/dev/tty']);
  const nodes = nodesBelow('/dev').filter((node) => !left.has(node));
  return nodes.map((source) => ({ source, device: deviceAt(source, source), access: 'rwm' }));
}

/** Filesystems of their own in /dev, and links. */
const SKIPPED: ReadonlySet<string> = new Set(['pts', 'shm', 'fd', 'mqueue', '.lxc', '.lxd-mounts', '.udev']);

function nodesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : nodesBelow(path);
    return entry.isCharacterDevice() || entry.isBlockDevice() ? [path] : [];
  });
}

function deviceAt(source: string, path: string): Device {
  const status = statSync(source);
  const type = status.isBlockDevice() ? 'b' : 'c';
  const { mode, uid, gid } = status;
  return { type, path, ...deviceNumbers(status), fileMode: mode & 0o7777, uid, gid };
}

/** Major and minor number of a disk. Throws UserError (2) where it is none. */
export function diskNumbers(path: string): { major: number; minor: number } {
  const status = statSync(realPath(path));
  if (!status.isBlockDevice()) throw noDevice(path, 'not a block device');
  return deviceNumbers(status);
}

/** The rules that let a container use what it has been given. */
export function rulesFor(found: readonly FoundDevice[]): DeviceRule[] {
  return found.map(({ device: { type, major, minor }, access }) => ({
    allow: true,
    type: type as 'b' | 'c',
    ...(major !== undefined && { major }),
    ...(minor !== undefined && { minor }),
    access,
  }));
}

/** `c 10:229 rwm`, where * is every number. */
export function parseRule(text: string): DeviceRule {
  const [, type, major, minor, access] = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]+)$/.exec(text) ?? [];
  const number = (value?: string) => (value === '*' ? -1 : Number(value));
  return {
    allow: true,
    type: type as 'a' | 'b' | 'c',
    major: number(major),
    minor: number(minor),
    access: access ?? '',
  };
}

function isNode(status: Stats): boolean {
  return status.isCharacterDevice() || status.isBlockDevice();
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw noDevice(path, errorCode(error) === 'ENOENT' ? 'no such file or directory' : (error as Error).message);
  }
}

function noDevice(path: string, why: string): UserError {
  const message = `error gathering device information while adding custom device "${path}": ${why}`;
  return new UserError(message, 2, 'Name a device node of the host, or a directory that has some: ls -l /dev');
}
