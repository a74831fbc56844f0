import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import type { Embedded, InspectedMethod, InspectedPoint, InspectedState, Inspection } from '../src/document.ts';

/** As assert.ok, which takes minutes to compose its own message where the source is one long line. */
export function check(good: boolean, message = 'it is not so'): void {
  assert.equal(good, true, message);
}

const here = import.meta.dirname;

export function sample(name: string): Inspection {
  return JSON.parse(readFileSync(join(here, 'samples', name), 'utf8')) as Inspection;
}

/** What the weaver's own tests keep: inspections of real classes. */
export function real(name: string): Inspection {
  const folder = join(here, '../../../test/resources/dev/fermata/transformer/inspect');
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Inspection;
}

export function classPage(inspection: Inspection): Embedded {
  return { page: 'class', index: '../../index.html', inspection };
}

/** Puts a document into the shell as the Java side does. */
export function html(embedded: Embedded, title = 'Page'): string {
  const shell = readFileSync(join(here, '../../resources/dev/fermata/transformer/inspect/page.html'), 'utf8');
  const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const json = JSON.stringify(embedded).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return shell.replaceAll('@TITLE@', () => escape(title)).replace('@DOCUMENT@', () => json);
}

const folder = mkdtempSync(join(tmpdir(), 'fermata-page-'));
let files = 0;

/** Writes a page to a file and returns its address. */
export function address(embedded: Embedded, title?: string): string {
  const file = join(folder, `${files++}.html`);
  writeFileSync(file, html(embedded, title));
  return pathToFileURL(file).href;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on a page. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe;
    const { violations } = await axe.run();
    return violations.map((it) => `${it.id}: ${it.nodes[0]!.html} ${it.nodes[0]!.failureSummary ?? ''}`);
  });
}

export function chromium(): string {
  if (process.env['CHROMIUM'] !== undefined) return process.env['CHROMIUM'];
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // the next one
    }
  }
  throw new Error('Install Chromium, or set CHROMIUM to its executable');
}

/** A method of so many awaits, one on each line. */
export function large(awaits: number): Inspection {
  const numbers = Array.from({ length: awaits }, (_, i) => i + 1);
  const points: InspectedPoint[] = numbers.map((point) => ({
    point,
    line: point + 3,
    ordinal: 1,
    what: `await step(), a direct call of its body`,
    call: { how: 'direct', why: 'step is private', withoutAllocation: 'yes' },
    saved: [{ name: 'sum', type: 'int', field: 'i0', reason: `read later at line ${point + 4}`, readAt: point + 4, slot: 0 }],
    dropped: [{ name: 'old', why: 'dead', reason: 'nothing reads it again' }],
    handlers: [],
  }));
  const states: InspectedState[] = [0, ...numbers].map((state) => ({
    state,
    lines: [[state + 3, state + 4]],
    next: state < awaits ? [{ how: 'next', to: state + 1 }] : [{ how: 'return' }],
  }));
  const code = numbers.flatMap((point) => [
    { text: 'INVOKESTATIC com/acme/Large.step ()Ldev/fermata/Coroutine;', line: point + 3, states: [point - 1], point },
    { text: 'IADD', line: point + 3, states: [point] },
    { text: 'ISTORE 0', line: point + 3, states: [point] },
  ]);
  const lines = ['class Large {', '  @Async', '  Coroutine<Integer> all() {', ...numbers.map(() => '    sum += await(step());'), '  }', '}'];
  const method: InspectedMethod = {
    title: 'all()',
    name: 'all',
    descriptor: '()Ldev/fermata/Coroutine;',
    kind: 'cold',
    static: false,
    lambda: false,
    line: 4,
    lastLine: awaits + 4,
    states,
    points,
    frame: { class: 'com/acme/Large$async$all', header: 12, bytes: 24 },
    size: { before: awaits * 10, direct: awaits * 30, resuming: awaits * 50, inlineLimit: 325, compileLimit: 8000 },
    warnings: ['Its bodies have more than 8,000 bytes, so HotSpot never compiles them.'],
    source: {
      firstLine: 2,
      lastLine: awaits + 4,
      signature: 'Coroutine<Integer> all()',
      marks: numbers.map((point) => ({ firstLine: point + 3, firstColumn: 12, lastLine: point + 3, lastColumn: 24, points: [point] })),
      unmarked: [],
    },
    bytecode: { before: code, direct: code.flatMap((it) => [it, it]), resuming: code },
  };
  return {
    schema: 1,
    classes: [{ name: 'com.acme.Large', title: 'com.acme.Large', folder: 'classes', version: '1', sourceFile: 'Large.java', source: { lines }, methods: [method] }],
    problems: [],
  };
}
