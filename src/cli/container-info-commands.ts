import type { ContainerCommand } from './commands.js';

/** The commands that show containers and their files, or tidy up. */
export const INFO_COMMANDS: Readonly<Record<string, ContainerCommand>> = {
  ps: { summary: 'list containers', load: async () => (await import('./docker/ps.js')).createPs },
  logs: {
    summary: 'show what a detached container printed',
    load: async () => (await import('./docker/logs.js')).createLogs,
  },
  inspect: {
    summary: 'show all that is known of a container, with the system calls that make it',
    load: async () => (await import('./docker/inspect.js')).createInspect,
  },
  top: { summary: 'show the processes of a container', load: async () => (await import('./docker/top.js')).createTop },
  stats: {
    summary: 'show what containers use, live',
    load: async () => (await import('./docker/stats.js')).createStats,
  },
  diff: { summary: 'show what a container changed', load: async () => (await import('./docker/diff.js')).createDiff },
  cp: {
    summary: 'copy files into a container or out of it',
    load: async () => (await import('./docker/cp.js')).createCp,
  },
  volume: { summary: 'manage volumes', load: async () => (await import('./docker/volume.js')).createVolumeCommand },
  prune: {
    summary: 'remove all containers that do not run',
    load: async () => (await import('./docker/prune.js')).createPrune,
  },
};
