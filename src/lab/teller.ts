import type { LabEvent, Measurement } from './events.js';
import { changed, type Tell } from './stream.js';

type Samples = Pick<Measurement, 'series' | 'interval'>;

/** What a lab says of the step that it is in. */
export abstract class Teller {
  protected stepId = '';

  /** `tell` tells an event to whoever watches, and waits until the next is wanted. */
  constructor(public tell: Tell<LabEvent>) {}

  /** Does some work, whose events are told as `change` makes them, or not at all where it makes nothing of one. */
  async through<T>(change: (event: LabEvent) => LabEvent | undefined, work: () => Promise<T>): Promise<T> {
    const tell = this.tell;
    this.tell = changed(tell, change);
    try {
      return await work();
    } finally {
      this.tell = tell;
    }
  }

  /** Does what earlier steps have shown, or what is not the subject: its calls are told as housekeeping. */
  folded<T>(work: () => Promise<T>): Promise<T> {
    return this.through(asHousekeeping, work);
  }

  /** Tells a figure, and the samples behind it (`interval` seconds apart). */
  async measure(name: string, value: number, unit: string, samples: Samples = {}): Promise<void> {
    await this.tell({ type: 'measure', step: this.stepId, name, value, unit, ...samples });
  }

  /** States a claim about the kernel and whether it holds: what was expected and what was found are the same text. Null or empty: nothing was found. */
  async check(name: string, expected: string | number, actual: string | number | null): Promise<void> {
    const [e, a] = [String(expected), String(actual ?? '') || 'not there'];
    await this.tell({ type: 'check', step: this.stepId, name, expected: e, actual: a, held: e === a });
  }

  /** States a claim that is more than equality. */
  async checkThat(name: string, held: boolean, told: { expected: string; actual: string }): Promise<void> {
    await this.tell({ type: 'check', step: this.stepId, name, ...told, held });
  }

  protected output(stream: 'stdout' | 'stderr', text: string, command: string): Promise<void> {
    return this.tell({ type: 'output', step: this.stepId, stream, text, command });
  }
}

export function asHousekeeping(event: LabEvent): LabEvent {
  return event.type === 'syscall' ? { ...event, housekeeping: true } : event;
}
