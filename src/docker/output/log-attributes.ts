import type { ContainerConfig } from '../../container/record.js';

/**
 * What `logs --details` puts in front of each line: the labels and variables that `--log-opt` asks for, by name (`labels`, `env`) or by pattern, as
 * `a=1,b=2`, by name and escaped as in a URL (moby, Info.ExtraAttributes()).
 */
export function attributesOf(config: ContainerConfig): string {
  const { options = {} } = config.log ?? {};
  const labels = Object.entries(config.labels);
  const env = config.process.env.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]);
  const chosen = new Map([
    ...labels.filter(([key]) => isAsked(key, options.labels, options['labels-regex'])),
    ...env.filter(([key]) => isAsked(key, options.env, options['env-regex'])),
  ]);
  return [...chosen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => [...pair].map((part) => escaped(part)).join('='))
    .join(',');
}

function isAsked(key: string, names = '', pattern = ''): boolean {
  return names.split(',').includes(key) || (pattern !== '' && new RegExp(pattern).test(key));
}

function escaped(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
