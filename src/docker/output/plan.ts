import { visibleLine } from '../../view/text/visible.js';

/** A part of what makes a container: what `--skip` calls it, the lab that explains it, and its calls. */
interface Part {
  readonly step: string;
  readonly lab: string;
  readonly lines: readonly string[];
}

/** The calls that would be made, part by part. */
export function renderPlan(parts: readonly Part[]): string {
  return parts
    .map(({ step, lab, lines }) => [`# ${step} (lab ${lab})`, ...lines.map(visibleLine), ''].join('\n'))
    .join('\n');
}
