import { compactJson } from '../../oci/compact.js';
import type { Spec } from '../../oci/spec.js';
import { visibleLine } from '../../view/text/visible.js';

/** A part of what makes a container: what `--skip` calls it, the lab that explains it, and its calls. */
interface Part {
  readonly step: string;
  readonly lab: string;
  readonly lines: readonly string[];
}

/** The spec, in lines of at most `columns`, and the calls that would be made for it, part by part. */
export function renderPlan(spec: Spec, parts: readonly Part[], columns?: number): string {
  const what = ['# config.json (what is to be, in the words of OCI)', ...compactJson(spec, columns).split('\n'), ''];
  const how = parts.map(({ step, lab, lines }) => [`# ${step} (lab ${lab})`, ...lines, '']);
  return [what, ...how].map((lines) => lines.map(visibleLine).join('\n')).join('\n');
}
