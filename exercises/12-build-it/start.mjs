// @ts-check

/**
 * A process of the host makes these calls, and then stays. `tslab/calls` has the system calls, `tslab/parts` what the labs made of them.
 *
 * @param {{ image: string, upper: string, work: string, target: string, cgroups: string, volume: string }} given image, upper, work, target:
 *   the layers of the overlay, and where it is mounted; cgroups: directories, with a space between them; volume: a directory of the host
 */
export default ({ image, upper, work, target, cgroups, volume }) => [];
