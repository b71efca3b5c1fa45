import type { Facts } from './facts.js';

/** The same lab as root of the machine: a way out where not being that is the trouble. */
export function asRoot(facts: Facts, lab: string): string[] {
  if (facts.privileged) return [];
  if (facts.uid !== 0) return [`sudo tslab ${lab}`];
  // sudo(8) gives a root no more than it has, and a user's podman makes a root of a user namespace.
  if (facts.container) return [privileged(facts).replace(/^podman/, 'sudo podman')];
  return [`sudo tslab ${lab}   (outside of this user namespace, with all capabilities)`];
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
