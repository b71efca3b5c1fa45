import type { LabEvent, LabStarted } from '../../../src/lab/events.js';
import { parseLesson } from '../../../src/lesson/lesson.js';
import { callsOfSteps } from '../../../src/view/demo/expected.js';
import { type Input, reduce } from '../../../src/view/demo/reduce.js';
import { writeScript } from '../../../src/view/demo/script.js';
import { type Auto, beginDemo, type Demo, type Extent } from '../../../src/view/demo/state.js';
import { type Beside, compareAlong } from '../../../src/view/experiment/runs.js';
import { storyOf } from '../../../src/view/experiment/story.js';
import { arrange } from '../../../src/view/run/index.js';
import type { Item } from '../../../src/view/run/items.js';

const LESSON = `---
title: A name of its own
summary: clone(CLONE_NEWUTS) and sethostname, and what the host notices of them
---
What a name is.

::: notes 1
Greet the room.
:::

## A new name {#name}

::: predict the host keeps its name
The child calls \`sethostname\`. What is the host called afterwards?

- [ ] As the child says: there is one name. {box}
- [x] As before. {debian}
- [ ] Nothing at all, until somebody
  gives it a name.

The name belongs to the **UTS namespace**, and the host has another one.
:::

::: notes 1.5
Ask who has changed a host name *by accident*.
:::

The child gets a new UTS namespace and calls itself \`box\`. The host keeps its name.

### More about names

::: notes 0.5
There is a domain name too.
:::

## It costs nothing {#cost}

A namespace is some bytes in the kernel.

## The host, before and after {#host}

Nothing has changed.
`;

const hostname = '/proc/sys/kernel/hostname';
const sethostname = 'sethostname("box", 3)';

function call(step: string, by: 'tslab' | 'child', text: string, result?: number): LabEvent {
  const name = text.slice(0, text.indexOf('('));
  return { type: 'syscall', step, by, name, args: [], text, ...(result === undefined ? {} : { result }) };
}

/** A run with pids as a recording has them. */
export const EVENTS: readonly LabEvent[] = [
  {
    ...{ type: 'lab', id: '07-uts', title: 'A name of its own', cgroup: 'v2', root: true, rootfs: 'busybox' },
    directories: { ROOTFS: '/var/lib/tslab/rootfs/06cd083f980621d2/root' },
  },
  { type: 'step', id: 'name', title: 'A new name' },
  { type: 'observe', step: 'name', when: 'before', from: 'container', path: hostname, value: 'debian' },
  call('name', 'tslab', 'clone(CLONE_VM|CLONE_NEWUTS|SIGCHLD)', 4001),
  { ...call('name', 'child', 'dup3(19, 0, 0)', 0), housekeeping: true } as LabEvent,
  call('name', 'child', sethostname, 0),
  call('name', 'child', 'chroot("/var/lib/tslab/rootfs/06cd083f980621d2/root")', 0),
  call('name', 'child', 'execve("/bin/hostname", ["hostname"], /* 3 vars */)'),
  { type: 'output', step: 'name', stream: 'stdout', text: 'box\n', command: 'hostname' },
  {
    ...{ type: 'observe', step: 'name', when: 'after', from: 'container', path: hostname, value: 'box' },
    changedBy: sethostname,
  } as LabEvent,
  { type: 'check', step: 'name', name: 'the host keeps its name', expected: 'debian', actual: 'debian', held: true },
  call('name', 'tslab', 'kill(4001, SIGKILL)', 0),
  { type: 'step', id: 'cost', title: 'It costs nothing' },
  { type: 'measure', step: 'cost', name: 'start to exit', value: 0.00091, unit: 's' },
  call('cost', 'tslab', 'mkdir("/sys/fs/cgroup/tslab/cost-4001", 0755)', 0),
  { type: 'check', step: 'cost', name: 'it is quick', expected: 'below 5 ms', actual: '0.9 ms', held: true },
  { type: 'step', id: 'host', title: 'The host, before and after' },
  { type: 'check', step: 'host', name: 'the host is as it was before', expected: 'same', actual: 'same', held: true },
  { type: 'end', id: '07-uts', status: 'held' },
];

/** What a view gets of the run, with the first item, `lab`, left out. */
export async function itemsOf(events: readonly LabEvent[] = EVENTS): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of arrange(play(events))) items.push(item);
  return items;
}

async function* play(events: readonly LabEvent[]): AsyncGenerator<LabEvent> {
  yield* events;
}

/** The same of a run that leaves out the step `cost`, beside the run with it. */
export async function itemsBeside(): Promise<Beside[]> {
  const without = EVENTS.map((event): LabEvent => {
    if (event.type === 'step' && event.id === 'cost') return { ...event, skipped: true };
    return event.type === 'check' && event.step === 'cost' ? { ...event, actual: '9 ms', held: false } : event;
  });
  const items: Beside[] = [];
  for await (const item of compareAlong(await storyOf(EVENTS), arrange(without))) items.push(item);
  return items;
}

/** A screen that every page fits on. */
export const ROOMY: Extent = { lines: 10, rows: 20 };

/** A demo of the run, with somebody who presses keys: each time, the lab tells what it would tell by then. */
export class Player {
  demo: Demo;
  readonly #items: Beside[];

  constructor(demo: Demo, items: readonly Beside[]) {
    this.demo = demo;
    this.#items = [...items];
    this.#run();
  }

  static async begin(auto?: Auto, events: readonly LabEvent[] = EVENTS, dress?: Demo['dress']): Promise<Player> {
    const steps = ['name', 'cost', 'host'];
    const lesson = parseLesson(LESSON, 'lessons/en/07-uts.md');
    const script = writeScript({ id: '07-uts', steps }, lesson, await callsOfSteps(EVENTS));
    return new Player(
      { ...beginDemo(script, auto, dress), started: events[0] as LabStarted },
      (await itemsOf(events)).slice(1),
    );
  }

  /** Items of the lab that nobody has asked for yet. */
  get left(): number {
    return this.#items.length;
  }

  press(...keys: string[]): this {
    for (const key of keys) this.pressAt(key, ROOMY);
    return this;
  }

  pressAt(key: string, extent: Extent): this {
    return this.#tell({ type: 'key', key, extent });
  }

  tick(extent = ROOMY): this {
    return this.#tell({ type: 'tick', extent });
  }

  #tell(input: Input): this {
    this.demo = reduce(this.demo, input);
    this.#run();
    return this;
  }

  #run(): void {
    while (this.demo.lab === 'running') {
      const item = this.#items.shift();
      if (!item) return;
      this.demo = reduce(this.demo, { type: 'item', item });
    }
  }
}
