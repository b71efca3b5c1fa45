import { visibleJson } from '../../../view/text/visible.js';

/** One object as `--format` asks for it: `json`, or a template of Go. Throws TemplateError. */
export async function renderFormatted(format: string, data: object): Promise<string> {
  if (format === 'json') return `${visibleJson(data)}\n`;
  const { compileTemplate } = await import('../../../docker/template/template.js');
  return `${compileTemplate(format).render(data)}\n`;
}
