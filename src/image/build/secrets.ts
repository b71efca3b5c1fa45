/** What a build may use and its images never have, by the names that the Dockerfile has for it. */
export interface Secrets {
  /** `--secret`: contents. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** `--ssh`: paths of sockets of agents. */
  readonly agents: ReadonlyMap<string, string>;
}
