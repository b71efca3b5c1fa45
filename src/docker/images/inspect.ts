import { familiarName } from '../../image/reference.js';
import { type Image, imageDirectories, isUnpacked } from '../../image/store/images.js';
import { readBlob } from '../../image/store/layout.js';
import { GoMap } from '../template/values.js';
import { sizeOf, splitName } from './rows.js';

/** An image as `docker image inspect` shows it: moby's InspectResponse, in its order (api/types/image/image_inspect.go). */
export function inspectedImage(image: Image) {
  const { id, names, descriptor, config } = image;
  const { author = '', variant = '', config: settings = {} } = JSON.parse(readBlob(id).toString('utf8'));
  const inspected = {
    Id: id,
    RepoTags: names.filter((name) => splitName(name).digest === undefined).map(familiarName),
    RepoDigests: [
      ...new Set(names.map(splitName).map((one) => `${one.repository}@${one.digest ?? descriptor.digest}`)),
    ],
    Comment: config.history?.at(-1)?.comment ?? '',
    Created: config.created ?? '',
    Author: author,
    Architecture: config.architecture,
    ...(variant && { Variant: variant }),
    Os: config.os,
    Size: sizeOf(image),
    GraphDriver: { Data: layersOf(image), Name: 'overlay2' },
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
    Descriptor: { mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size },
    Config: settings,
  };
  // Templates of docker know the field by both names.
  return Object.defineProperty(inspected, 'ID', { value: id, enumerable: false });
}

/** The topmost is called upper, though nothing is written there. */
function layersOf(image: Image): GoMap {
  const [top, ...lower] = isUnpacked(image) ? imageDirectories(image) : [];
  return new GoMap({ ...(lower.length > 0 && { LowerDir: lower.join(':') }), ...(top && { UpperDir: top }) }, '');
}
