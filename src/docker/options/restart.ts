import type { RestartPolicy } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';

const NAMES: readonly RestartPolicy['name'][] = ['no', 'always', 'on-failure', 'unless-stopped'];

/** The policy in `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:3`; an empty value is `no`. Throws UserError (2), in Docker's words. */
export function parseRestart(value: string): RestartPolicy {
  const [word = '', count = ''] = value.split(/:(.*)/s);
  if (word === '' && value !== '') throw refuse('format: no policy provided before colon', value);
  const name = NAMES.find((one) => one === (word || 'no'));
  if (name === undefined) throw refuse(`: unknown policy '${word}'`, value);
  const maximum = retries(count, value);
  if (maximum > 0 && name !== 'on-failure')
    throw refuse(": maximum retry count can only be used with 'on-failure'", value);
  // Docker takes 0 for "as often as it takes".
  return maximum === 0 ? { name } : { name, maximum };
}

function retries(count: string, value: string): number {
  const maximum = Number(count);
  if (!/^(-?\d+)?$/.test(count) || !Number.isSafeInteger(maximum)) {
    throw refuse('format: maximum retry count must be an integer', value);
  }
  if (maximum < 0) throw refuse(': maximum retry count cannot be negative', value);
  return maximum;
}

function refuse(reason: string, value: string): UserError {
  const message = `invalid restart policy${reason.startsWith(':') ? reason : ` ${reason}`} in "--restart ${value}"`;
  return new UserError(message, 2, 'no, always, unless-stopped, on-failure, or on-failure:N for at most N restarts.');
}
