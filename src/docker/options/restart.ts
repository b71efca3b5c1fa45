import type { RestartPolicy } from '../../container/record.js';
import { invalid, wholeNumber } from './refuse.js';

/** The policy in `no`, `on-failure` or `on-failure:3`. Throws UserError (2). */
export function parseRestart(value: string): RestartPolicy {
  const [, name, maximum] = /^(no|on-failure)(?::(\d+))?$/.exec(value) ?? [];
  if (name === undefined || (name === 'no' && maximum !== undefined)) {
    throw invalid('--restart', value, 'no, on-failure, or on-failure:N for at most N restarts');
  }
  const most = wholeNumber('--restart', maximum ?? '0', 0);
  // Docker takes 0 for "as often as it takes".
  return name === 'no' || most === 0 ? { name: name as RestartPolicy['name'] } : { name: 'on-failure', maximum: most };
}
