import type { Syscall } from '../kernel/syscall.js';
import { type Cause, inShort, placesOf, type ToldCall } from './cause.js';
import type { LabEvent, ObservationMade, SyscallMade } from './events.js';
import type { Tell } from './stream.js';

/** The calls that a step has told so far: what an observation may name as its cause. */
export class ToldCalls {
  #calls: ToldCall[] = [];
  #heard = 0;

  /** Tells as `tell` does, and hears what is told. */
  heardBy(tell: Tell<LabEvent>): Tell<LabEvent> {
    return (event) => {
      if (event.type === 'step') [this.#calls, this.#heard] = [[], 0];
      if (event.type === 'syscall') this.#heard++;
      return tell(event);
    };
  }

  /** Keeps a call whose event was told. Some work is done untold (`lab.through`): its calls have no place in the step. */
  add(call: Syscall, event: SyscallMade): void {
    if (this.#heard > this.#calls.length) this.#calls.push({ call, event });
  }

  /** The keys by which an observation names its cause; none where no such call was made. */
  because(cause: Cause): Pick<ObservationMade, 'changedBy' | 'causes'> {
    const causes = placesOf(cause, this.#calls);
    if (causes.length === 0) return {};
    const calls = causes.map((place) => (this.#calls[place] as ToldCall).event);
    return { changedBy: inShort(calls), causes };
  }
}
