import type { EventLine } from '../../state/event-log.js';
import { visibleLine } from '../../view/text/visible.js';
import { GoMap, Text } from '../template/values.js';

/** An event as `docker events` prints it: time, type, action, id, and attributes by name. */
export function renderEvent({ time, type, action, id, attributes }: EventLine): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = sorted.map(([name, value]) => `${name}=${value}`).join(', ');
  return visibleLine(`${localTime(time)} ${type} ${action} ${id} (${pairs})`);
}

/** RFC 3339 with nine digits in this time zone, as Go writes it. We know milliseconds. */
function localTime(time: number): string {
  const minutes = -new Date(time).getTimezoneOffset();
  const clock = new Date(time + minutes * 60_000).toISOString().slice(0, -1);
  return `${clock}000000${minutes === 0 ? 'Z' : zone(minutes)}`;
}

function zone(minutes: number): string {
  const two = (count: number) => String(Math.trunc(count)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}

/** What a template works on: Docker's names (moby, api/types/events, Message). Volumes and networks have neither Status, ID nor From. */
export function eventRow({ time, type, action, id, attributes }: EventLine) {
  const [Status, ID, From] = type === 'container' ? [action, id, attributes.image ?? ''] : ['', '', ''];
  const [Actor, Scope] = [{ ID: id, Attributes: new GoMap(attributes, '') }, 'local'];
  const Time = Math.floor(time / 1000);
  // A double does not hold it: as text it is exact.
  const TimeNano = new Text(time === 0 ? '0' : `${time}000000`);
  const row = { Status, ID, From, Type: type, Action: action, Actor, Scope, Time, TimeNano };
  return Object.defineProperty(row, 'toJSON', { value: () => jsonOf(row) });
}

/** By Docker's names in JSON, without what is empty. */
function jsonOf({ Status, ID, From, Type, Action, Actor, Scope, Time, TimeNano }: ReturnType<typeof eventRow>): object {
  const old = Status === '' ? {} : { status: Status, id: ID, from: From };
  return { ...old, Type, Action, Actor, scope: Scope, time: Time, timeNano: Number(TimeNano.text) };
}
