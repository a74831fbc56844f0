import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highlight } from '../../src/java.ts';
import type { Mark } from '../../src/model.ts';
import { indentOf, loose, segments } from '../../src/segments.ts';

const mark = (line: number, from: number, to: number, ...states: number[]): Mark => ({
  firstLine: line,
  firstColumn: from,
  lastLine: line,
  lastColumn: to,
  states,
});

test('the colours of a line hold its text, markup and entities included', () => {
  const lines = ['String s = "<b>&amp;\\"</b>"; // </script>', "char c = '\\'';", '/* two', 'lines */ int i;'];
  assert.deepEqual(highlight(lines).map((tokens) => tokens.map((token) => token.text).join('')), lines);
});

test('a comment over two lines is one on both', () => {
  assert.deepEqual(
    highlight(['/* two', 'lines */']).map((tokens) => tokens[0]?.kind),
    ['comment', 'comment'],
  );
});

test('an await is cut out of its line, and its badge follows it', () => {
  const text = 'int i = await(f("x"));';
  const cut = segments(highlight([text])[0]!, 1, [mark(1, 9, 21, 1)], 0);
  assert.equal(cut.map((it) => it.text).join(''), text);
  assert.equal(cut.filter((it) => it.mark).map((it) => it.text).join(''), 'await(f("x"))');
  const end = cut.findIndex((it) => it.ends.length > 0);
  assert.equal(cut.slice(0, end + 1).map((it) => it.text).join(''), 'int i = await(f("x"))');
});

test('of two awaits in one another the inner one has its own text', () => {
  const cut = segments([{ kind: '', text: 'await(g(await(h())))' }], 1, [mark(1, 1, 20, 2), mark(1, 9, 18, 1)], 0);
  assert.deepEqual(
    cut.map((it) => [it.text, it.mark?.states[0], it.ends.map((end) => end.states[0])]),
    [
      ['await(g(', 2, []],
      ['await(h())', 1, [1]],
      ['))', 2, [2]],
    ],
  );
});

test('an await over two lines has its badge at its end only', () => {
  const long: Mark = { firstLine: 1, firstColumn: 3, lastLine: 2, lastColumn: 4, states: [1] };
  const first = segments([{ kind: '', text: '  await(' }], 1, [long], 0);
  const second = segments([{ kind: '', text: '  f)' }], 2, [long], 0);
  assert.deepEqual(first.map((it) => [it.text, it.ends.length]), [['  ', 0], ['await(', 0]]);
  assert.deepEqual(second.map((it) => [it.text, it.mark !== null, it.ends.length]), [['  ', false, 0], ['f)', true, 1]]);
});

test('a suspension without columns has its badge at the end of its line', () => {
  assert.equal(loose(1, '}', [mark(1, 0, 0, 1)]).length, 1);
});

test('columns that the line does not have put the badge at its end', () => {
  assert.equal(loose(1, 'x', [mark(1, 40, 50, 1)]).length, 1);
  assert.deepEqual(segments([{ kind: '', text: 'x' }], 1, [mark(1, 40, 50, 1)], 0).map((it) => it.mark), [null]);
});

test('common indentation is left out', () => {
  assert.equal(indentOf(['    a', '', '      b']), 4);
  assert.equal(segments([{ kind: '', text: '    a' }], 1, [], 4).map((it) => it.text).join(''), 'a');
});
