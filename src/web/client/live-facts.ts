/** Follows what the engine at a terminal sees of an exercise, where the page is one: the server sends the facts when they change. */
export function followFacts(): void {
  const place = document.querySelector<HTMLElement>('[data-live-facts]');
  if (place === null) return;
  // The browser asks again by itself when the server was away.
  const source = new EventSource(place.dataset.liveFacts ?? '');
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const template = document.createElement('template');
    template.innerHTML = data;
    place.replaceChildren(template.content);
  });
}
