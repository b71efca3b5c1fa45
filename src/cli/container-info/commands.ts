import type { ContainerCommand } from '../container-commands.js';

/** The commands that show containers and their files, or tidy up. */
export const INFO_COMMANDS: Readonly<Record<string, ContainerCommand>> = {
  ps: { summary: 'list containers', load: async () => (await import('./ps.js')).createPs },
  logs: { summary: 'show what a detached container printed', load: async () => (await import('./logs.js')).createLogs },
  inspect: {
    summary: 'show all that is known of a container, with the system calls that make it',
    load: async () => (await import('./inspect.js')).createInspect,
  },
  top: { summary: 'show the processes of a container', load: async () => (await import('./top.js')).createTop },
  stats: { summary: 'show what containers use, live', load: async () => (await import('./stats.js')).createStats },
  diff: { summary: 'show what a container changed', load: async () => (await import('./diff.js')).createDiff },
  cp: { summary: 'copy files into a container or out of it', load: async () => (await import('./cp.js')).createCp },
  volume: { summary: 'manage volumes', load: async () => (await import('./volume.js')).createVolumeCommand },
  prune: {
    summary: 'remove all containers that do not run',
    load: async () => (await import('./prune.js')).createPrune,
  },
};
