/** How a medium shows each kind of thing: a table of functions by `type`. */
export type Formatters<Thing extends { type: string }, Setting, Shown> = {
  [Type in Thing['type']]: (thing: Extract<Thing, { type: Type }>, setting: Setting) => Shown;
};

/** What the table has for a thing. */
export function formatBy<Thing extends { type: string }, Setting, Shown>(
  formatters: Formatters<Thing, Setting, Shown>,
  thing: Thing,
  setting: Setting,
): Shown {
  const format = formatters[thing.type as Thing['type']] as (thing: Thing, setting: Setting) => Shown;
  return format(thing, setting);
}
