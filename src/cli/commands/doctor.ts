import { examineNetwork } from '../../container/network/network-facts.js';
import { judgeNetwork } from '../../container/network/network-findings.js';
import { examine } from '../../doctor/examine.js';
import { judge } from '../../doctor/judge.js';
import type { DoctorReport } from '../../doctor/report.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { renderDoctor, renderDoctorPlain } from '../../view/doctor.js';
import { streamSink } from '../../view/sink.js';
import { visibleJson } from '../../view/text/visible.js';
import { wordsIn } from '../../view/words/index.js';
import type { Define, GlobalOptions } from '../command.js';

interface DoctorOptions extends GlobalOptions {
  readonly prepare?: true;
}

/** `tslab doctor` */
export const define: Define = (command, choose) =>
  command
    .option('--prepare', 'do as root what this machine can be given, such as in a container; tslab cleanup undoes it')
    .action(() => choose(() => doctor(command.optsWithGlobals<DoctorOptions>())));

/** 0 where every lab can run, else 1. */
async function doctor({ json, plain, color, lang, prepare }: DoctorOptions): Promise<number> {
  const language = chooseLanguage(lang, process.env);
  if (prepare) return (await import('./prepare.js')).prepareMachine(json === true, wordsIn(language));
  const report = examineAll();
  if (json) print(`${visibleJson(report)}\n`);
  else if (plain) print(`${renderDoctorPlain(report, wordsIn(language)).join('\n')}\n`);
  else print(`${renderDoctor(report, streamSink(process.stdout, color, language)).join('\n')}\n`);
  return report.ok ? 0 : 1;
}

/** The labs' part, and that of `tslab run`, which is made of labs. */
function examineAll(): DoctorReport {
  const facts = examine();
  const report = judge(facts);
  return { ...report, machine: [...report.machine, ...judgeNetwork(facts, examineNetwork())] };
}
