/** Addresses that links lead to, numbered from 1 in the order of their links. */
export class Footnotes {
  #addresses: string[] = [];
  #told = 0;

  /** The number of an address; each has one. */
  add(address: string): number {
    if (!this.#addresses.includes(address)) this.#addresses.push(address);
    return this.#addresses.indexOf(address) + 1;
  }

  /** Those that were added since the last call. */
  take(): { number: number; address: string }[] {
    const all = this.#addresses.map((address, index) => ({ number: index + 1, address }));
    const fresh = all.slice(this.#told);
    this.#told = all.length;
    return fresh;
  }
}
