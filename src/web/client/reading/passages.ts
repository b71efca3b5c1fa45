import type { Passage } from '../../../view/search/search.js';
import { element } from '../element.js';

declare global {
  // What search.js of the page's language makes.
  var tslabPassages: Passage[] | undefined;
}

/** Where the pages are, which is where this script is. */
const BASE = new URL('.', (document.currentScript as HTMLScriptElement).src).href;
const LANGUAGE = document.documentElement.lang.slice(0, 2);
let loading: Promise<readonly Passage[]> | undefined;

/** All that can be searched, loaded when it is first asked for. Rejects where it cannot be loaded. */
export function loadPassages(): Promise<readonly Passage[]> {
  loading ??= new Promise((resolve, reject) => {
    const script = element('script', { src: `${BASE}${LANGUAGE}/search.js` });
    script.addEventListener('load', () => resolve(globalThis.tslabPassages ?? []));
    script.addEventListener('error', () => {
      loading = undefined;
      script.remove();
      reject(new Error(script.src));
    });
    document.head.append(script);
  });
  return loading;
}

/** The address of a section. */
export function addressOf({ lesson, section }: Passage): string {
  return `${BASE}${LANGUAGE}/${lesson}.html${section && `#${section}`}`;
}
