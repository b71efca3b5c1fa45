import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate that nobody else has signed, for 127.0.0.1, localhost and registry.invalid (no name server has that: RFC 6761), and its key; both are written to a directory. */
export function selfSigned(directory: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(directory, 'server.key'), join(directory, 'server.crt')];
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.invalid';
  const kind = ['-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '2'];
  const args = ['req', ...kind, '-subj', '/CN=test', '-addext', names, '-keyout', key, '-out', cert];
  execFileSync('openssl', args, { stdio: 'pipe' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
