import { compileTemplate } from '../../../../src/docker/template/template.js';
import { GoMap, NIL_SLICE, NilMap } from '../../../../src/docker/template/values.js';

/** Something of each of Go's kinds, as `inspect` and `ps` have it. */
export const DATA = {
  Name: '/web',
  Args: ['-c', 'true', 'x y'],
  None: NIL_SLICE,
  Empty: [],
  Count: 3,
  Ratio: 0.25,
  Yes: true,
  No: false,
  Labels: new GoMap({ b: '2', a: '1', 'com.example.some-role': 'db' }, ''),
  NoLabels: new NilMap(''),
  Ports: new GoMap({ '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '443/tcp': null }, NIL_SLICE),
  State: { Status: 'running', Pid: 4711, Health: undefined },
  Mounts: [
    { Source: '/a', RW: true },
    { Source: '/b', RW: false },
  ],
  Init: null,
  Wide: 'é世',
  Label: (name: string) => (name === 'a' ? '1' : ''),
};

export function render(template: string, data: unknown = DATA): string {
  return compileTemplate(template).render(data);
}
