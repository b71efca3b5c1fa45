import { runDoctor } from '../../doctor/doctor.js';
import { print } from '../../terminal/output.js';
import { renderDoctor, renderDoctorPlain } from '../../view/doctor.js';
import { streamSink } from '../../view/sink.js';
import { visibleJson } from '../../view/text/visible.js';
import type { GlobalOptions } from '../options.js';

export interface DoctorOptions extends GlobalOptions {
  readonly prepare?: true;
}

/** `tslab doctor`. 0 where every lab can run, else 1. */
export async function doctor({ json, plain, color, prepare }: DoctorOptions): Promise<number> {
  if (prepare) return (await import('./prepare.js')).prepareMachine(json === true);
  const report = runDoctor();
  if (json) print(`${visibleJson(report)}\n`);
  else if (plain) print(`${renderDoctorPlain(report).join('\n')}\n`);
  else print(`${renderDoctor(report, streamSink(process.stdout, color)).join('\n')}\n`);
  return report.ok ? 0 : 1;
}
