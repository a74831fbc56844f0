import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexRow } from '../../src/model.ts';
import { next, select, type Filter } from '../../src/table.ts';

const row = (name: string, awaits: number, notInlined = 0, warnings = 0, words = ''): IndexRow => ({
  name,
  href: name,
  kind: 'classes',
  methods: 1,
  awaits,
  notInlined,
  warnings,
  words,
});
const ROWS = [row('b.Shop', 3, 1, 0, 'price(String)'), row('a.Door', 3, 0, 2), row('c.Hall', 7)];
const ALL: Filter = { text: '', notInlined: false, warned: false };
const names = (filter: Partial<Filter>, column: 'name' | 'awaits' = 'name', descending = false): string[] =>
  select(ROWS, { ...ALL, ...filter }, { column, descending }).map((it) => it.name);

test('names go from a to z, numbers from many to few', () => {
  assert.deepEqual(names({}), ['a.Door', 'b.Shop', 'c.Hall']);
  assert.deepEqual(names({}, 'awaits', true), ['c.Hall', 'a.Door', 'b.Shop']);
  assert.deepEqual(next({ column: 'name', descending: false }, 'awaits'), { column: 'awaits', descending: true });
  assert.deepEqual(next({ column: 'awaits', descending: true }, 'awaits'), { column: 'awaits', descending: false });
});

test('a filter finds parts of names and of methods, all its words', () => {
  assert.deepEqual(names({ text: 'PRICE' }), ['b.Shop']);
  assert.deepEqual(names({ text: 'b price' }), ['b.Shop']);
  assert.deepEqual(names({ text: 'a price' }), []);
});

test('what is never inlined and what is warned of can be picked', () => {
  assert.deepEqual(names({ notInlined: true }), ['b.Shop']);
  assert.deepEqual(names({ warned: true }), ['a.Door']);
});
