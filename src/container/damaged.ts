/** The files of a container make no sense: somebody else wrote there, or the disk did. */
export class Damaged extends Error {
  readonly file: string;

  constructor(file: string) {
    super(`${file} is damaged`);
    this.file = file;
  }
}
