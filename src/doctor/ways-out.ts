import type { Facts } from './facts.js';

/** The same lab as root: a way out where not being root is the trouble. */
export function asRoot({ uid }: Facts, lab: string): string[] {
  return uid === 0 ? [] : [`sudo tslab ${lab}`];
}

/** Sets a switch of the kernel until the next boot. */
export function sysctl(name: string, value: number): string {
  return `sudo sysctl -w ${name}=${value}`;
}

/** A container that may do what the labs do. */
export function privileged({ container, uid }: Facts): string {
  const user = uid === 0 ? '' : ' --user 0';
  switch (container?.kind) {
    case 'docker':
      return `docker run --privileged${user} -it IMAGE`;
    case 'podman':
      return `podman run --privileged${user} -it IMAGE`;
    case 'lxc':
      return 'lxc config set CONTAINER security.nesting=true, then: lxc restart CONTAINER';
    case 'kubernetes':
      return 'Give the container of the pod securityContext: {privileged: true}.';
    default:
      return 'Run tslab outside of this container.';
  }
}
