/** A text of at most so many characters: of a longer one its ends, of a path the directories that it begins with and its name. */
export function cutMiddle(text: string, longest: number): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  const room = longest - 1;
  const name = isPath(text) ? [...text.slice(text.lastIndexOf('/'))] : [];
  if (name.length === 0 || name.length >= room)
    return `${characters.slice(0, room >> 1).join('')}…${characters.slice(-(room >> 1)).join('')}`;
  const start = characters.slice(0, room - name.length).join('');
  return `${start.slice(0, start.lastIndexOf('/') + 1)}…${name.join('')}`;
}

/** Does that to each path in a rendered call: to a string, and to what stands behind a descriptor. */
export function cutPaths(call: string, longest: number): string {
  return call.replace(/(?<=")(?:[^"\\]|\\.)*(?=")|(?<=<)[^<>]+(?=>)/g, (text) =>
    isPath(text) ? cutMiddle(text, longest) : text,
  );
}

/** Absolute, from `.` or `..` on, or below a directory that has a name in capitals (`TMP/upper`). */
function isPath(text: string): boolean {
  return /^(?:[A-Z]*|\.\.?)\/[^\s,:]*$/.test(text);
}
