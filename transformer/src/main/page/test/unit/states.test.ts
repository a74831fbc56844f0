import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adapt } from '../../src/adapt.ts';
import { folds } from '../../src/folds.ts';
import { draw } from '../../src/graph.ts';
import type { ClassPage, Edge, Method } from '../../src/model.ts';
import { hue, stops } from '../../src/parts.tsx';
import { check, classPage, large, real, sample } from '../pages.ts';

function fetch(): Method {
  return (adapt(classPage(sample('fetcher.json'))) as ClassPage).methods[0]!;
}

test('ways are labelled with what leads there', () => {
  const labels = fetch().edges.map((edge) => `${edge.from} ${edge.label} ${edge.to}`);
  assert.deepEqual(labels.slice(0, 5), [
    '0 goes on 1',
    '0 catch IOException 2',
    '0 left by return return',
    '1 loop 1',
    '1 catch IOException 2',
  ]);
});

test('types of a multi-catch are one way', () => {
  const page = adapt(classPage(real('sample-inspection.json'))) as ClassPage;
  const labels = page.methods[0]!.edges.filter((edge) => edge.to === 3).map((edge) => `${edge.from} ${edge.label}`);
  assert.deepEqual(labels.slice(0, 2), ['0 catch IllegalStateException | IllegalArgumentException', '1 catch IllegalStateException | IllegalArgumentException']);
});

test('boxes do not overlap, and labels are inside of the drawing', () => {
  const method = fetch();
  const drawing = draw(method.points, method.edges);
  assert.equal(drawing.boxes.length, 4);
  assert.equal(drawing.ways.length, method.edges.length);
  for (const a of drawing.boxes) {
    for (const b of drawing.boxes) {
      const apart = a === b || a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      check(apart, `${a.title} lies on ${b.title}`);
    }
  }
  for (const way of drawing.ways) {
    check(way.labelX - way.labelWidth / 2 >= 0 && way.labelX + way.labelWidth / 2 <= drawing.width, way.edge.label);
  }
});

test('two ways between the same states are both drawn', () => {
  const edges: Edge[] = [
    { from: 0, to: 1, label: 'goes on', kind: 'next' },
    { from: 0, to: 1, label: 'catch E', kind: 'catch' },
  ];
  const points = [0, 1].map((state) => ({ state, line: 1, what: 'x', short: 'x' }));
  assert.equal(new Set(draw(points, edges).ways.map((way) => way.path)).size, 2);
});

test('a way to a state that is not shown is left out', () => {
  const points = [{ state: 0, line: 1, what: 'x', short: 'x' }];
  assert.deepEqual(draw(points, [{ from: 0, to: 7, label: '', kind: 'next' }]).ways, []);
});

test('a cell says where a variable is saved and why, or why it is not', () => {
  const method = fetch();
  const total = method.variables.find((it) => it.name === 'total')!;
  assert.deepEqual(total.cells.get(1), { saved: true, field: 'i0', why: 'read later at line 19', lines: [19] });
  const url = method.variables.find((it) => it.name === 'url')!;
  assert.deepEqual(url.cells.get(2), { saved: false, field: '', why: 'nothing reads it again', lines: [] });
  assert.equal(url.type, 'String');
});

test('this comes first and the operand stack last', () => {
  const names = fetch().variables.map((it) => it.name);
  assert.equal(names[0], 'this');
  assert.equal(names.at(-1), 'operand stack 0');
});

test('the Java of our own restores, goes on with the result, and saves', () => {
  const lines = fetch().pseudo.filter((it) => it.state === 1).map((it) => it.text.trim());
  assert.deepEqual(lines.slice(0, 6), [
    'case 1: // size() has its result',
    'total = frame.i0;',
    'local3 = frame.a0;',
    'url = frame.a1;',
    'urls = null; // or 0: nothing reads it',
    'if (failure != null) throw failure; // to catch IOException, line 20',
  ]);
  check(lines.includes('int size = result;'), lines.join('\n'));
  check(lines.includes('frame.a1 = url;'));
  check(lines.includes('return SUSPENDED;'));
});

test('copies of an await in finally are one stop with several states', () => {
  const inspection = sample('fetcher.json');
  const method = inspection.classes[0]!.methods[0]!;
  const marks = [{ ...method.source!.marks[0]!, points: [1, 2] }];
  const page = adapt(classPage({ ...inspection, classes: [{ ...inspection.classes[0]!, methods: [{ ...method, source: { ...method.source!, marks } }] }] }));
  assert.deepEqual(stops((page as ClassPage).methods[0]!).map((it) => it.states), [[1, 2]]);
});

test('without a source every suspension is a stop of its own, and the page says why', () => {
  const inspection = sample('fetcher.json');
  const { source: _, ...bare } = inspection.classes[0]!;
  const page = adapt(classPage({ ...inspection, classes: [bare] })) as ClassPage;
  assert.deepEqual(stops(page.methods[0]!).map((it) => it.states), [[1], [2]]);
  assert.equal(page.methods[0]!.source, null);
  assert.equal(page.methods[0]!.sourceMissing, 'Fetcher.java was not found among the sources.');
  check(page.methods[0]!.pseudo.some((line) => line.text === '// line 15–18, 24'));
});

test('data of another version are refused', () => {
  assert.throws(() => adapt(classPage({ ...sample('fetcher.json'), schema: 2 })), /version 2/);
});

test('bytecode is folded by line, the same line before and after', () => {
  const lines = folds(fetch().bytecode!, 'direct');
  assert.deepEqual(lines.map((fold) => [fold.line, fold.before.length, fold.after.length, fold.states]), [
    [15, 2, 2, []],
    [16, 6, 0, []],
    [18, 2, 5, [1]],
  ]);
  assert.equal(folds(fetch().bytecode!, 'resuming')[0]!.line, 0);
});

test('a thousand awaits are adapted', () => {
  const page = adapt(classPage(large(1000))) as ClassPage;
  assert.equal(stops(page.methods[0]!).length, 1000);
});

test('neighbours have colours far apart', () => {
  for (let state = 0; state < 100; state++) {
    const turn = Math.abs(hue(state) - hue(state + 1));
    check(Math.min(turn, 360 - turn) > 100);
  }
});

test('blocks that a state begins are closed, though a brace alone has no bytecode', () => {
  const lines = fetch().pseudo.filter((it) => it.state === 0).map((it) => it.text);
  const from = lines.findIndex((it) => it.startsWith('for ('));
  assert.deepEqual(lines.slice(from, from + 6), [
    'for (String url : urls) {',
    '    try {',
    '        int size = await(size(url)); // or save1',
    '    }',
    '}',
    'return done(total);',
  ]);
});
