/** Places in a text of JSON, for messages: JSON.parse tells values only. */

/** The line of an offset, from 1 on. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A string, a bracket, a comma, a colon, or any other value. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** The offsets of the items of the list `syscalls`, in a text that is JSON. */
export function rulesIn(text: string): number[] {
  const offsets: number[] = [];
  let [depth, key, before] = [0, '', ''];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const begins = (before === '[' || before === ',') && token !== ']';
    if (depth === 2 && key === '"syscalls"' && begins) offsets.push(index);
    if (depth === 1 && token === ':') key = before;
    depth += Number(token === '{' || token === '[') - Number(token === '}' || token === ']');
    before = token;
  }
  return offsets;
}

/** The offset at which a text is no JSON any more. Node tells it for some errors only: so it is looked for by halves. */
export function endOfJson(text: string): number {
  let [right, wrong] = [0, text.length + 1];
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (mayGoOn(text.slice(0, middle))) right = middle;
    else wrong = middle;
  }
  return right;
}

/** Whether a text could be the beginning of JSON: its error, if any, is that it ends. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? -1);
    return position === text.length || /end of JSON|Unterminated string/.test(message);
  }
}
