import { describe, expect, it } from 'vitest';
import { loadLesson } from '../../../../src/lesson/lesson.js';
import { Html } from '../../../../src/view/html/html.js';
import { linkTerms, termsOf } from '../../../../src/view/html/terms.js';

const TERMS = [
  { name: 'cgroup', id: 'cgroup' },
  { name: 'control group', id: 'cgroup' },
  { name: 'namespace', id: 'namespace' },
  { name: 'mount namespace', id: 'mount-namespace' },
  { name: '命名空间', id: 'namespace' },
];
const linked = (text: string) => linkTerms(new Html(text), TERMS).text;
const LINK = '<a class="term" href="glossary.html#';

describe('words of the glossary', () => {
  it('are linked once, the longest first, whatever their number and case', () => {
    expect(linked('<p>Mount namespaces and a namespace, a namespace</p>')).toBe(
      `<p>${LINK}mount-namespace">Mount namespaces</a> and a ${LINK}namespace">namespace</a>, a namespace</p>`,
    );
    expect(linked('<p>a control group is a cgroup</p>')).toBe(`<p>a ${LINK}cgroup">control group</a> is a cgroup</p>`);
    expect(linked('<p>新的命名空间里</p>')).toBe(`<p>新的${LINK}namespace">命名空间</a>里</p>`);
  });

  it('are not linked in code, headings, links, questions and drawings, nor as a part of other words', () => {
    for (const tag of ['code', 'pre', 'h2', 'a', 'form', 'svg', 'figure', 'summary'])
      expect(linked(`<${tag} id="x">a cgroup</${tag}>`)).toBe(`<${tag} id="x">a cgroup</${tag}>`);
    expect(linked('<p title="cgroup">cgroupfs /sys/cgroup cgroup.procs</p>')).not.toContain('glossary');
  });

  it.each(['en', 'zh'])('are taken from the glossary (%s), each with a section there', (language) => {
    const { sections } = loadLesson('glossary', language);
    const terms = termsOf(loadLesson('glossary', language), language);
    expect(terms.length).toBeGreaterThan(60);
    expect(terms.filter(({ id }) => !sections.some((section) => section.id === id))).toEqual([]);
    expect(terms.map(({ id }) => id)).not.toContain('check');
  });
});
