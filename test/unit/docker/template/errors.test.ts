import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../../src/docker/template/errors.js';
import { compileTemplate } from '../../../../src/docker/template/template.js';
import { DATA, render } from './data.js';

describe('a template that cannot be read', () => {
  it.each([
    ['{{.Names', ':1: unclosed action'],
    ['a\n{{.Names', ':2: unclosed action'],
    ['{{\n.Names', ':2: unclosed action started at :1'],
    ['{{if .Yes}}', ':1: unexpected EOF'],
    ['{{end}}', ':1: unexpected {{end}}'],
    ['{{else}}', ':1: unexpected {{else}}'],
    ['{{if}}x{{end}}', ':1: missing value for if'],
    ['{{}}', ':1: missing value for command'],
    ['{{if .Yes}}x{{else}}y{{else}}z{{end}}', ':1: expected end; found {{else}}'],
    ['{{break}}', ':1: {{break}} outside {{range}}'],
    ['{{foo .Name}}', ':1: function "foo" not defined'],
    ['{{constructor}}', ':1: function "constructor" not defined'],
    ['{{$x}}', ':1: undefined variable "$x"'],
    ['{{$x = 1}}', ':1: undefined variable "$x"'],
    ['{{if .Yes}}{{$x := 1}}{{end}}{{$x}}', ':1: undefined variable "$x"'],
    ['{{(.Name}}', ':1: unclosed left paren'],
    ['{{.Name)}}', ':1: unexpected ")" in command'],
    ['{{"abc}}', ':1: unterminated quoted string'],
    ['{{`abc}}', ':1: unterminated raw quoted string'],
    ["{{'abc}}", ':1: unterminated character constant'],
    ['{{1x}}', ':1: bad number syntax: "1x"'],
    ['{{9223372036854775808}}', ':1: integer overflow: "9223372036854775808"'],
    ['{{.Name#}}', ":1: bad character U+0023 '#'"],
    ['{{.Name "a".B}}', ':1: unexpected . after term "\\"a\\""'],
    ['{{.Name | 3}}', ':1: non executable command in pipeline stage 2'],
    ['{{$x, $y := .Args}}', ':1: too many declarations in command'],
    ['{{/* never ends', ':1: unclosed comment'],
    ['{{/* ends early */ }}', ':1: comment ends before closing delimiter'],
    ['{{"\\q"}}', ':1: invalid syntax: \\q'],
    ['{{define "x"}}{{end}}', ':1: unexpected <define> in command'],
  ])('says of %j where and why: %s', (template, message) => {
    expect(() => compileTemplate(template)).toThrow(
      expect.objectContaining({ status: 1, message: `template parsing error: template: ${message}` }),
    );
  });
});

describe('a template that does not fit what it is used on', () => {
  it.each([
    ['{{.Foo}}', ':1:2: executing "" at <.Foo>: map has no entry for key "Foo"'],
    ['é {{.State.Foo}}', ':1:11: executing "" at <.State.Foo>: map has no entry for key "Foo"'],
    ['a\nb {{.Foo}}', ':2:4: executing "" at <.Foo>: map has no entry for key "Foo"'],
    ['{{.constructor}}', ':1:2: executing "" at <.constructor>: map has no entry for key "constructor"'],
    ['{{.Name.Foo}}', `:1:7: executing "" at <.Name.Foo>: can't evaluate field Foo in type string`],
    ['{{.Args.Foo}}', `:1:7: executing "" at <.Args.Foo>: can't evaluate field Foo in type []string`],
    ['{{.Init.Foo}}', ':1:7: executing "" at <.Init.Foo>: nil pointer evaluating interface {}.Foo'],
    ['{{index .Args 3}}', ':1:2: executing "" at <index .Args 3>: error calling index: index out of range: 3'],
    [
      '{{index .Args "a"}}',
      ':1:2: executing "" at <index .Args "a">: error calling index: cannot index slice/array with type string',
    ],
    ['{{len 3}}', ':1:2: executing "" at <len 3>: error calling len: len of type int'],
    ['{{eq 1 "a"}}', ':1:2: executing "" at <eq 1 "a">: error calling eq: incompatible types for comparison'],
    ['{{lt true false}}', ':1:2: executing "" at <lt true false>: error calling lt: invalid type for comparison'],
    ['{{join .Name ","}}', ':1:2: executing "" at <join .Name ",">: error calling join: expected slice, got string'],
    ['{{upper .Count}}', ':1:8: executing "" at <.Count>: wrong type for value; expected string; got int'],
    ['{{upper .Labels.none}}', ':1:15: executing "" at <.Labels.none>: invalid value; expected string'],
    ['{{truncate .Name "2"}}', ':1:17: executing "" at <"2">: expected int; found "2"'],
    ['{{upper}}', ':1:2: executing "" at <upper>: wrong number of args for upper: want 1 got 0'],
    ['{{printf}}', ':1:2: executing "" at <printf>: wrong number of args for printf: want at least 1 got 0'],
    ['{{.Name 1}}', ':1:2: executing "" at <.Name>: Name is not a method but has arguments'],
    ['{{.Label}}', ':1:2: executing "" at <.Label>: wrong number of args for Label: want 1 got 0'],
    ['{{.Label 1}}', ':1:9: executing "" at <1>: expected string; found 1'],
    ['{{1 2}}', `:1:2: executing "" at <1>: can't give argument to non-function 1`],
    ['{{nil}}', ':1:2: executing "" at <nil>: nil is not a command'],
    ['{{range .Name}}x{{end}}', `:1:8: executing "" at <.Name>: range can't iterate over /web`],
    ['{{printf "%d and so much more" .Foo}}', ':1:31: executing "" at <.Foo>: map has no entry for key "Foo"'],
    [
      '{{index .Mounts (len .Mounts)}}',
      ':1:2: executing "" at <index .Mounts (len ....>: error calling index: index out of range: 2',
    ],
  ])('says of %j where and why: %s', (template, message) => {
    expect(() => render(template)).toThrow(
      expect.objectContaining({ status: 1, message: `template parsing error: template: ${message}` }),
    );
  });

  it('says which fields there are', () => {
    expect(() => render('{{.State.Pidd}}')).toThrow(expect.objectContaining({ remedy: 'There: Status, Pid, Health' }));
  });
});

/** A pseudo-random sequence (xorshift), the same in each run. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PIECES =
  '{{|}}|{{- | -}}|.|.Name|.Args|.Labels|.State.Pid|.Foo|$|$x| := | = |,| | \n|(|)|"a"|"%d|`|\'a\'|1|-1|0x|1e3|1.5|nil|true|if |else |end|range |with |break|len |index |printf |print |eq |and |json |join |pad |truncate |slice |/*|*/|é|\x1b|%|{|}'
    .split('|')
    .concat(' | ', '{{range .Args}}', '{{end}}', '{{if .Yes}}');

describe('any template at all', () => {
  it('ends, in a text or in an error of its own', () => {
    const next = sequence(20_261_129);
    const outcomes = { text: 0, error: 0 };
    for (let i = 0; i < 30_000; i++) {
      const template = Array.from({ length: 1 + next(14) }, () => PIECES[next(PIECES.length)]).join('');
      try {
        render(template);
        outcomes.text++;
      } catch (error) {
        expect(error, JSON.stringify(template)).toBeInstanceOf(TemplateError);
        outcomes.error++;
      }
    }
    expect(Math.min(outcomes.text, outcomes.error)).toBeGreaterThan(1000);
  });

  it('is refused where it is too deep for the stack', () => {
    const deep = 50_000;
    expect(() => compileTemplate(`{{${'('.repeat(deep)}1${')'.repeat(deep)}}}`)).toThrow(TemplateError);
    expect(() => compileTemplate('{{if true}}'.repeat(deep) + '{{end}}'.repeat(deep))).toThrow(TemplateError);
  });
});

describe('what a container has chosen', () => {
  const evil = '\x1b[2J\n\u202e';
  const data = { ...DATA, Name: evil, Args: [evil], Label: (_: string) => evil };
  const DRIVES = /(?!\n)[\p{Cc}\p{Cf}]/u;

  it.each([
    '{{.Name}}',
    '{{.Args}}',
    '{{range .Args}}{{.}}{{end}}',
    '{{$x := .Name}}{{$x}}',
    '{{index .Args 0}}',
    '{{upper .Name}}',
    '{{pad .Name 1 1}}',
    '{{slice .Name 0 5}}',
    '{{truncate .Name 5}}',
    '{{split .Name "["}}',
    '{{join .Args ","}}',
    '{{join (split "a,b" ",") .Name}}',
    '{{print .Name}}',
    '{{printf "%s %v %5s %q" .Name .Args .Name .Name}}',
    '{{printf .Name}}',
    '{{printf "%c%q" (index .Name 0) (index .Name 0)}}',
    '{{printf "%d" .Name}}',
    '{{json .Name}}',
    '{{.Label "a"}}',
    '{{or .Name "x"}}',
    '{{range $i, $v := .Args}}{{$v}}{{end}}',
  ])('drives no terminal through %s', (template) => {
    const text = render(template, data);
    expect(text).not.toMatch(DRIVES);
    expect(text).not.toContain('\n');
  });

  it('ends no line, where what the template itself says does', () => {
    expect(render('{{println .Name}}{{"\\n"}}', data)).toBe('\\x1b[2J\\n\\u202e\n\n');
  });

  it('is compared and measured as it is', () => {
    expect(render('{{eq .Name "\\x1b[2J\\n\\u202e"}} {{len .Name}}', data)).toBe('true 8');
  });
});
