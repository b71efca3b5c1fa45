import type { Labels } from '../../container/record.js';
import type { Volume } from '../../volume/volumes.js';
import { GoMap, NilMap } from '../template/values.js';
import type { Headings } from './format.js';
import { labelList } from './ps.js';
import { renderTable } from './table.js';

/** Docker's headings. */
export const VOLUME_HEADINGS: Headings<ReturnType<typeof volumeRow>> = {
  Availability: 'AVAILABILITY',
  Driver: 'DRIVER',
  Group: 'GROUP',
  Labels: 'LABELS',
  Links: 'LINKS',
  Mountpoint: 'MOUNTPOINT',
  Name: 'VOLUME NAME',
  Scope: 'SCOPE',
  Size: 'SIZE',
  Status: 'STATUS',
};

/** Volumes as `docker volume ls` lists them. */
export function renderVolumes(volumes: readonly Volume[]): string {
  return renderTable(
    [VOLUME_HEADINGS.Driver, VOLUME_HEADINGS.Name],
    volumes.map((volume) => [volumeRow(volume).Driver, volume.name]),
  );
}

/** A volume as `docker volume ls --format json` shows it. Docker measures volumes in `system df` alone, and has the other four in a swarm. */
export function volumeRow(volume: Volume) {
  const labels = volumeLabels(volume);
  return {
    Availability: NONE,
    Driver: 'local',
    Group: NONE,
    Label: (key: string) => (Object.hasOwn(labels, key) ? (labels[key] as string) : ''),
    Labels: labelList(labels),
    Links: NONE,
    Mountpoint: volume.source,
    Name: volume.name,
    Scope: 'local',
    Size: NONE,
    Status: NONE,
  };
}

const NONE = 'N/A';

/** Docker marks an anonymous volume by a label, too. */
export function volumeLabels({ anonymous, labels }: Volume): Labels {
  return anonymous ? { 'com.docker.volume.anonymous': '', ...labels } : labels;
}

/** A volume as `docker volume inspect` shows it. */
export function inspectedVolume(volume: Volume) {
  return {
    CreatedAt: volume.created,
    Driver: 'local',
    Labels: unlessEmpty(volumeLabels(volume)),
    Mountpoint: volume.source,
    Name: volume.name,
    Options: unlessEmpty(volume.options),
    Scope: 'local',
  };
}

/** Docker shows nil for an empty map. */
function unlessEmpty(map: Labels): GoMap {
  return Object.keys(map).length > 0 ? new GoMap(map, '') : new NilMap('');
}
