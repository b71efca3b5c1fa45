/** A text of at most so many characters: of a longer one its ends, of a path the directories that it begins with and its name. */
export function cutMiddle(text: string, longest: number): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  const room = longest - 1;
  const name = text.startsWith('/') ? [...text.slice(text.lastIndexOf('/'))] : [];
  if (name.length === 0 || name.length >= room)
    return `${characters.slice(0, room >> 1).join('')}…${characters.slice(-(room >> 1)).join('')}`;
  const start = characters.slice(0, room - name.length).join('');
  return `${start.slice(0, start.lastIndexOf('/') + 1)}…${name.join('')}`;
}
