import type { Container } from '../../../container/store/store.js';
import { byText, joinHostPort, type ShownPort, shownPorts } from '../../../docker/ports.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { portName } from '../../../network/ports/published.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab port` */
export const define: Define = (command, choose) =>
  command
    .description('Show which ports of this host lead to those of a container: to all, or to one.')
    .argument('<container>')
    .argument('[port[/proto]]')
    .action((reference: string, port: string | undefined) =>
      choose(() => tellingErrors(async () => showPorts(reference, port))),
    );

async function showPorts(reference: string, wanted: string | undefined): Promise<number> {
  const container = await findCurrent(reference);
  const lines = wanted ? onePort(container, reference, wanted) : allPorts(container);
  print(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

function allPorts(container: Container): string[] {
  return published(container).map((port) => `${portName(port)} -> ${hostText(port)}`);
}

function onePort(container: Container, reference: string, wanted: string): string[] {
  const [port = '', protocol = 'tcp'] = wanted.split(/\/(.*)/s);
  if (!/^\d{1,5}$/.test(port)) {
    throw new UserError(`invalid port (${port})`, 2, 'PORT, PORT/tcp or PORT/udp, such as 80 or 53/udp.');
  }
  const found = published(container).filter((one) => portName(one) === `${Number(port)}/${protocol}`);
  if (found.length > 0) return found.map(hostText);
  throw new UserError(`No public port '${wanted}' published for ${reference}`, 2, `tslab port ${reference} shows all.`);
}

/** In the order of docker, which sorts the lines: `80/tcp` before `443/tcp`. */
function published(container: Container): ShownPort[] {
  const own = shownPorts(container).filter(({ host }) => host !== undefined);
  return own.sort((a, b) => a.containerPort - b.containerPort || byText(lineOf(a), lineOf(b)));
}

const lineOf = (port: ShownPort) => `${port.protocol} ${port.host?.ip} ${port.host?.port}`;

function hostText({ host }: ShownPort): string {
  return host ? joinHostPort(host.ip, host.port) : '';
}
