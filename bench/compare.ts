import { atEnd } from './ending.js';
import { median, table } from './figures.js';
import { type Contender, type Cost, race } from './race.js';

export type Costs = ReadonlyMap<string, Cost[]>;

/** Lets them race, and prints what it cost. */
export async function compare(title: string, all: readonly Contender[], how: Parameters<typeof race>[1]) {
  atEnd(() => {
    for (const one of all) one.end();
  });
  const costs: Costs = await race(all, how);
  const rows = [...costs].map(([name, some]) => row(name, some));
  console.log(`\n${title}\n${table([['', 'median', 'least', 'CPU time', 'least'], ...rows])}`);
  return costs;
}

function row(name: string, costs: readonly Cost[]): string[] {
  const walls = costs.map((cost) => cost.wall);
  const cpus = costs.map((cost) => cost.cpu);
  const figures = [median(walls), Math.min(...walls), median(cpus), Math.min(...cpus)];
  return [name, ...figures.map((figure) => (figure > 0 ? milliseconds(figure) : ''))];
}

/** The median of a contender's. */
export function wall(costs: Costs, name: string): number {
  return median((costs.get(name) ?? []).map((cost) => cost.wall));
}

/** The median of a contender's. */
export function cpu(costs: Costs, name: string): number {
  return median((costs.get(name) ?? []).map((cost) => cost.cpu));
}

function milliseconds(figure: number): string {
  return `${figure.toFixed(figure < 10 ? 2 : 1)} ms`;
}
