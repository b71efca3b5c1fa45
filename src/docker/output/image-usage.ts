import { imageRows } from '../images/rows.js';
import type { ImageUsage } from '../images/usage.js';
import { decimalSize } from './sizes.js';

/** Of images in `docker system df -v`. */
export const IMAGE_USAGE_HEADINGS = [
  ...['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE', 'SHARED SIZE', 'UNIQUE SIZE', 'CONTAINERS'],
];

/** A line for each name of an image. */
export function imageUsageRows({ image, size, shared, users }: ImageUsage): string[][] {
  const sizes = [size, shared, size - shared].map((bytes) => decimalSize(bytes));
  return imageRows(image, { now: Date.now(), whole: false, digests: false }).map(
    ({ Repository, Tag, ID, CreatedSince }) => [...[Repository, Tag, ID, CreatedSince], ...sizes, `${users}`],
  );
}

/** The image that is made without a store: it has no ID. */
export function madeUsageRow(size: number, users: number): string[] {
  const bytes = decimalSize(size);
  return ['busybox', 'latest', '<none>', 'N/A', bytes, decimalSize(0), bytes, `${users}`];
}
