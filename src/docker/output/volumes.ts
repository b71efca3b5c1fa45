import type { Volume } from '../../volume/volumes.js';
import { renderTable } from './table.js';

/** Docker's headings. */
export const VOLUME_HEADINGS: Readonly<Record<keyof ReturnType<typeof volumeRow>, string>> = {
  Driver: 'DRIVER',
  Mountpoint: 'MOUNTPOINT',
  Name: 'VOLUME NAME',
  Scope: 'SCOPE',
};

/** Volumes as `docker volume ls` lists them. */
export function renderVolumes(volumes: readonly Volume[]): string {
  return renderTable(
    [VOLUME_HEADINGS.Driver, VOLUME_HEADINGS.Name],
    volumes.map((volume) => [volumeRow(volume).Driver, volume.name]),
  );
}

/** A volume as `docker volume ls --format json` shows it. */
export function volumeRow({ name, source }: Volume) {
  return { Driver: 'local', Mountpoint: source, Name: name, Scope: 'local' };
}

/** A volume as `docker volume inspect` shows it; Docker marks an anonymous one by this label too. */
export function inspectedVolume(volume: Volume) {
  const labels = volume.anonymous ? { 'com.docker.volume.anonymous': '' } : null;
  return { CreatedAt: volume.created, Labels: labels, Options: null, ...volumeRow(volume) };
}
