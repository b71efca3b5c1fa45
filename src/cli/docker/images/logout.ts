import { dropCredentials } from '../../../image/registry/credentials.js';
import { credentialsKey } from '../../../image/registry/hosts.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { hostOf } from './login.js';

/** `tslab logout` */
export const define: Define = (command, choose) =>
  command
    .description('Forget the name and password that `login` has kept for a registry.')
    .argument('[server]', 'HOST[:PORT]; without it Docker Hub')
    .action((server: string | undefined) => choose(() => tellingErrors(async () => logout(hostOf(server)))));

function logout(host: string): number {
  const name = credentialsKey(host);
  print(dropCredentials(host) ? `Removing login credentials for ${name}\n` : `Not logged in to ${name}\n`);
  return 0;
}
