import { describe, expect, it } from 'vitest';
import { render } from './data.js';

describe('a template of Go', () => {
  it.each([
    ['text alone', 'text alone'],
    ['a{{.Name}}b', 'a/webb'],
    ['{{.State.Status}} {{ .State.Pid }}', 'running 4711'],
    ['{{(index .Mounts 1).Source}} {{(.State).Pid}}', '/b 4711'],
    ['{{"a\\tb"}}{{`\\t`}}', 'a\tb\\t'],
    ['{{"\\x41\\u00e9\\U0001F600\\101"}}', 'Aé😀A'],
    ["{{'a'}} {{'\\n'}} {{'世'}}", '97 10 19990'],
    ['{{1}} {{-2}} {{0x1F}} {{0b11}} {{017}} {{1_000}} {{1.5}} {{.5}} {{1e3}}', '1 -2 31 3 15 1000 1.5 0.5 1000'],
    ['{{true}} {{false}}', 'true false'],
    ['{{.Label "a"}}', '1'],
    ['{{"a" | .Label}}', '1'],
    ['{{\n.Name\n}}', '/web'],
  ])('makes of %j the text %j', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it.each([
    ['x {{- .Count -}} y', 'x3y'],
    ['x\n\t{{- .Count}} y', 'x3 y'],
    ['{{.Count -}} \n y', '3y'],
    ['{{- 5}}', '5'],
    ['{{-5}}', '-5'],
    ['a {{/* says nothing */}} b', 'a  b'],
    ['a {{- /* says nothing */ -}} b', 'ab'],
  ])('trims the spaces around %j', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it.each([
    ['{{"\\"word\\""}}', 'a constant'],
    ['{{`"word"`}}', 'a raw constant'],
    ['{{printf "%q" "word"}}', 'a function'],
    ['{{"word" | printf "%q"}}', 'a function at the end of a pipe'],
    ['{{printf "%q" (print "wo" "rd")}}', 'a parenthesis as an argument'],
    ['{{"rd" | printf "%s%s" "wo" | printf "%q"}}', 'two pipes'],
    ['{{with "word"}}{{printf "%q" .}}{{end}}', 'the dot of a with'],
    ['{{with $x := "word" | printf "%q"}}{{$x}}{{end}}', 'a variable that has what a pipe came to'],
    ['{{with $x := "word"}}{{printf "%q" $x}}{{end}}', 'a variable in another action'],
    ['{{with $x := "word"}}{{$x | printf "%q"}}{{end}}', 'a variable through a pipe'],
  ])('comes with %j, %s, to the quoted word', (template) => {
    expect(render(template)).toBe('"word"');
  });
});

describe('an if', () => {
  it.each([
    ['.Name', true],
    ['.Empty', false],
    ['.None', false],
    ['.Labels', true],
    ['.NoLabels', false],
    ['.State', true],
    ['.Init', false],
    ['.State.Health', false],
    ['.Labels.none', false],
    ['0', false],
    ['0.0', false],
    ['""', false],
    ['not .No', true],
  ])('takes %s for %s', (condition, isTrue) => {
    expect(render(`{{if ${condition}}}true{{else}}false{{end}}`)).toBe(String(isTrue));
  });

  it('has else if, and needs one end for all', () => {
    expect(render('{{if .No}}a{{else if .Yes}}b{{else}}c{{end}}')).toBe('b');
    expect(render('{{if .No}}a{{else if .No}}b{{else}}c{{end}}d')).toBe('cd');
  });
});

describe('a with', () => {
  it('moves the dot, and leaves $ where it is', () => {
    expect(render('{{with .State}}{{.Pid}} {{$.Name}}{{end}} {{.Name}}')).toBe('4711 /web /web');
  });

  it('has an else for what is empty', () => {
    expect(render('{{with .Init}}x{{else}}none{{end}}')).toBe('none');
    expect(render('{{with .Init}}x{{else with .Name}}{{.}}{{end}}')).toBe('/web');
  });
});

describe('a range', () => {
  it.each([
    ['{{range .Args}}<{{.}}>{{end}}', '<-c><true><x y>'],
    ['{{range $i, $v := .Args}}{{if $i}}, {{end}}{{$v}}{{end}}', '-c, true, x y'],
    ['{{range $v := .Args}}{{$v}};{{end}}', '-c;true;x y;'],
    ['{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}', 'a=1 b=2 com.example.some-role=db '],
    ['{{range .Labels}}{{.}}{{end}}', '12db'],
    ['{{range .Empty}}x{{else}}empty{{end}}', 'empty'],
    ['{{range .NoLabels}}x{{else}}empty{{end}}', 'empty'],
    ['{{range .Count}}{{.}}{{end}}', '012'],
    ['{{range $i := 2}}{{$i}}{{end}}', '01'],
    ['{{range .Mounts}}{{.Source}}{{if not .RW}} (ro of {{$.Name}}){{end}} {{end}}', '/a /b (ro of /web) '],
    ['{{range .Args}}{{if eq . "true"}}{{continue}}{{end}}{{.}}{{end}}', '-cx y'],
    ['{{range .Args}}{{if eq . "true"}}{{break}}{{end}}{{.}}{{end}}', '-c'],
    ['{{range .Mounts}}{{range $.Args}}{{break}}{{end}}{{.Source}}{{end}}', '/a/b'],
    ['{{range $p, $to := .Ports}}{{$p}}{{range $to}} {{.HostPort}}{{end}};{{end}}', '443/tcp;80/tcp 8080;'],
  ])('makes of %j the text %j', (template, text) => {
    expect(render(template)).toBe(text);
  });
});

describe('a variable', () => {
  it.each([
    ['{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}', '12'],
    ['{{$x := .State}}{{$x.Pid}}', '4711'],
    ['{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}', '21'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{$last := ""}}{{range .Args}}{{$last = .}}{{end}}{{$last}}', 'x y'],
    ['{{if $x := .Name}}{{$x}}{{end}}', '/web'],
  ])('makes of %j the text %j', (template, text) => {
    expect(render(template)).toBe(text);
  });
});

describe('what a value is printed as', () => {
  it.each([
    ['.Args', '[-c true x y]'],
    ['.None', '[]'],
    ['.Labels', 'map[a:1 b:2 com.example.some-role:db]'],
    ['.NoLabels', 'map[]'],
    ['.State', '{running 4711 <nil>}'],
    ['.Mounts', '[{/a true} {/b false}]'],
    ['.Ports', 'map[443/tcp:<nil> 80/tcp:[{0.0.0.0 8080}]]'],
    ['.Init', '<nil>'],
    ['.State.Health', '<nil>'],
    ['.Labels.none', '<no value>'],
    ['.Labels.none.more', '<no value>'],
    ['.Ratio', '0.25'],
    ['1000000.0', '1e+06'],
    ['0.00001', '1e-05'],
    ['9007199254740991', '9007199254740991'],
  ])('is for %s %j', (action, text) => {
    expect(render(`{{${action}}}`)).toBe(text);
  });
});
