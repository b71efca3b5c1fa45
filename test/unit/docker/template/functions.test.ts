import { describe, expect, it } from 'vitest';
import { DATA, render } from './data.js';

describe('a function of Go', () => {
  it.each([
    ['len .Args', '3'],
    ['len .Labels', '3'],
    ['len .NoLabels', '0'],
    ['len .Wide', '5'],
    ['index .Args 2', 'x y'],
    ['index .Labels "com.example.some-role"', 'db'],
    ['index .Labels "none" | printf "%q"', '""'],
    ['(index (index .Ports "80/tcp") 0).HostPort', '8080'],
    ['index .Mounts', '[{/a true} {/b false}]'],
    ['slice .Args 1', '[true x y]'],
    ['slice .Args 1 2', '[true]'],
    ['slice .Name 1', 'web'],
    ['print 1 2 "a" "b" 3 4', '1 2ab3 4'],
    ['print "a" "b"', 'ab'],
    ['println "a" 1 .Args', 'a 1 [-c true x y]\n'],
    ['not 0', 'true'],
    ['and 1 0 2', '0'],
    ['and 1 2', '2'],
    ['or 0 "" "x"', 'x'],
    ['or 0 ""', ''],
    ['and false .Missing', 'false'],
    ['or true .Missing', 'true'],
    ['0 | or 2', '2'],
    ['eq .Count 3', 'true'],
    ['eq .Count 1 2 3', 'true'],
    ['eq .Count 1 2', 'false'],
    ['ne .Name "/web"', 'false'],
    ['lt 1 2', 'true'],
    ['le 2 2', 'true'],
    ['gt 1.5 0.5', 'true'],
    ['ge "b" "a"', 'true'],
    ['eq .Init nil', 'true'],
    ['eq .None nil', 'true'],
    ['and (eq .State.Status "running") (gt .Count 2)', 'true'],
  ])('{{%s}} is %j', (action, text) => {
    expect(render(`{{${action}}}`)).toBe(text);
  });
});

describe('a function of docker', () => {
  it.each([
    ['json .Args', '["-c","true","x y"]'],
    ['json .Labels', '{"a":"1","b":"2","com.example.some-role":"db"}'],
    ['json .None', 'null'],
    ['json .NoLabels', 'null'],
    ['json .State', '{"Status":"running","Pid":4711}'],
    ['json .Labels.none', 'null'],
    ['json (split "a,b" ",")', '["a","b"]'],
    ['join .Args ", "', '-c, true, x y'],
    ['join .Labels ","', '1,2,db'],
    ['join .None ","', ''],
    ['join (slice .Args 0 2) "\\n"', '-c\ntrue'],
    ['index (split .Name "e") 0', '/w'],
    ['title "hello docker-user"', 'Hello Docker-User'],
    ['upper .Name', '/WEB'],
    ['lower "ABC"', 'abc'],
    ['pad .Name 1 2', ' /web  '],
    ['pad "" 1 2', ''],
    ['truncate .Name 2', '/w'],
    ['truncate .Name 9', '/web'],
    ['.Name | upper | lower | printf "%s!"', '/web!'],
  ])('{{%s}} is %j', (action, text) => {
    expect(render(`{{${action}}}`)).toBe(text);
  });

  it('json has all of an object, but for its methods', () => {
    expect(JSON.parse(render('{{json .}}'))).toEqual(JSON.parse(JSON.stringify(DATA)));
  });
});

describe('printf', () => {
  it.each([
    ['"%d|%5d|%-5d|%05d|%+d" 42 42 42 42 42', '42|   42|42   |00042|+42'],
    ['"%x %X %#x %o %b %c %U %q" 255 255 255 8 5 65 65 65', "ff FF 0xff 10 101 A U+0041 'A'"],
    ['"%s|%6s|%-6s|%.2s" "web" "web" "web" "web"', 'web|   web|web   |we'],
    ['"%q %x %X" "a\\"b\\n" "hi" "hi"', '"a\\"b\\n" 6869 6869'],
    ['"%t %v %6t|" true false true', 'true false   true|'],
    ['"%f %.2f %8.3f| %5.2f%%" 1.5 1.5 1.5 12.345', '1.500000 1.50    1.500| 12.35%'],
    ['"%e %g %.3g %G" 1234.5 1234.5 1234.5 1e-7', '1.234500e+03 1234.5 1.23e+03 1E-07'],
    [
      '"%v %v %v %v" .Args .Labels .State .Init',
      '[-c true x y] map[a:1 b:2 com.example.some-role:db] {running 4711 <nil>} <nil>',
    ],
    ['"%+v" .State', '{Status:running Pid:4711 Health:<nil>}'],
    ['"%q %s" .Args .Args', '["-c" "true" "x y"] [-c true x y]'],
    ['"%T %T %T %T %T" "a" 1 1.5 true .Args', 'string int float64 bool []string'],
    ['"%*d|%-*d|%.*f" 5 42 5 42 2 3.14159', '   42|42   |3.14'],
    ['"100%%"', '100%'],
    ['"%d" "x"', '%!d(string=x)'],
    ['"%s" 1', '%!s(int=1)'],
    ['"%z" 1', '%!z(int=1)'],
    ['"%d %d" 1', '1 %!d(MISSING)'],
    ['"%d" 1 2', '1%!(EXTRA int=2)'],
    ['"100%"', '100%!(NOVERB)'],
    ['"%*d" "x" 1', '%!(BADWIDTH)1'],
    ['"%s" nil', '%!s(<nil>)'],
  ])('%s is %j', (arguments_, text) => {
    expect(render(`{{printf ${arguments_}}}`)).toBe(text);
  });
});
