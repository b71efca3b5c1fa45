/** The label of a container that RUN of a build is carried out in: what it runs. It is removed when that has ended, whoever finds it. */
export const BUILDS = 'tslab.build';
