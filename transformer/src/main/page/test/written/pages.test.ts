/**
 * The pages that a build wrote, of all its classes: FERMATA_PAGES is their folder. The other tests make pages of documents of
 * their own, so what is tried here is that Java writes such documents.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { Embedded, InspectedMethod } from '../../src/document.ts';
import { PART } from '../../src/parts.tsx';
import { axe, check, chromium } from '../pages.ts';

const folder = process.env['FERMATA_PAGES'];
if (folder === undefined) throw new Error('FERMATA_PAGES does not say where the pages are');

let browser: Browser;
let page: Page;
let problems: string[];

before(async () => {
  browser = await puppeteer.launch({ executablePath: chromium(), args: ['--no-sandbox'], protocolTimeout: 60_000 });
  page = await browser.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) problems.push(`asked for ${request.url()}`);
  });
  await page.setViewport({ width: 1440, height: 900 });
});

after(() => browser.close());

const open = async (href: string, hash = ''): Promise<void> => {
  problems = [];
  await page.goto('about:blank'); // or a page that differs by its hash alone would not be loaded
  await page.goto(pathToFileURL(join(folder, href)).href + hash, { waitUntil: 'load' });
};

/** What a page holds, read from its file and not by its script. */
const held = (href: string): Embedded => {
  const html = readFileSync(join(folder, href), 'utf8');
  const found = /<script[^>]* id="document"[^>]*>([^]*?)<\/script>/.exec(html);
  check(found !== null, `${href} holds no document`);
  return JSON.parse(found![1]!) as Embedded;
};

const { rows = [] } = held('index.html');
const classes = rows.map((row) => {
  const href = decodeURIComponent(row.href);
  const { index: back, inspection } = held(href);
  return { row, href, back, methods: inspection!.classes[0]!.methods };
});
const awaits = (methods: readonly InspectedMethod[]): number => methods.reduce((sum, method) => sum + method.points.length, 0);

/** The numbers of the awaits that have a line in the excerpt of their method's source. */
const inSource = ({ source, points }: InspectedMethod): number[] =>
  source === undefined ? [] : points.filter(({ line }) => source.firstLine <= line && line <= source.lastLine).map(({ point }) => point);

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

describe('the index', () => {
  test('has a row for each page, with the numbers that the page has', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.html') && it !== 'index.html');
    assert.deepEqual(files.map((it) => it.split(sep).join('/')).sort(), classes.map(({ href }) => href).sort());
    for (const { row, href, methods } of classes) {
      assert.deepEqual(methods.map((it) => it.title), row.methods, href);
      assert.equal(awaits(methods), row.awaits, href);
      assert.equal(methods.reduce((sum, it) => sum + it.warnings.length, 0), row.warnings, href);
      assert.equal(methods.filter(({ size }) => size.direct > size.inlineLimit).length, row.neverInlined, href);
    }
    // Of fewer the rest would say little.
    check(classes.length > 50, `only ${classes.length} classes`);
    const methods = classes.flatMap((it) => it.methods);
    check(awaits(methods) > 500, `only ${awaits(methods)} awaits`);
    check(methods.flatMap(inSource).length > 500, `only ${methods.flatMap(inSource).length} awaits with a source`);
  });

  test('is sorted by a click and filtered by a word', async () => {
    await open('index.html');
    const shown = (): Promise<{ names: string[]; awaits: number[] }> =>
      page.$$eval('tbody tr', (all) => ({
        names: all.map((it) => it.querySelector('a')!.textContent ?? ''),
        awaits: all.map((it) => Number(it.children[2]!.textContent)),
      }));
    const numbers = ascending(rows.map((row) => row.awaits));
    await page.click('thead th:nth-child(3) button');
    assert.deepEqual((await shown()).awaits, numbers.toReversed());
    await page.click('thead th:nth-child(3) button');
    assert.deepEqual((await shown()).awaits, numbers);
    const { title } = rows.at(-1)!;
    await page.type('input[type=search]', title);
    const { names } = await shown();
    check(names.includes(title) && names.length < rows.length, names.join());
    assert.equal(await page.$eval('.filter .said', (it) => it.textContent), `${names.length} of ${rows.length} classes`);
    assert.deepEqual(problems, []);
  });

  test('leads to each page, and each page back', async () => {
    await open('index.html');
    const index = page.url();
    const links = await page.$$eval('tbody a', (all) => all.map((it) => (it as HTMLAnchorElement).href));
    const paths = links.map((link) => decodeURIComponent(link.slice(index.length - 'index.html'.length)));
    assert.deepEqual(paths.sort(), classes.map(({ href }) => href).sort());
    for (const { href, back } of classes) assert.equal(join(href, '..', back ?? ''), 'index.html', href);
    await Promise.all([page.waitForNavigation(), page.click('tbody a')]);
    assert.equal(page.url(), links[0]);
    await Promise.all([page.waitForNavigation(), page.click('header a')]);
    assert.equal(page.url(), index);
    assert.deepEqual(problems, []);
  });
});

test('each page opens without a word on the console, has the awaits of its document, and lights one that is clicked in all panes', async () => {
  let clicked = 0;
  for (const { href, methods } of classes) {
    await open(href);
    for (const [i, method] of methods.entries()) {
      if (i > 0) await page.keyboard.press(']');
      const where = `${href}: ${method.title}`;
      const shown = await page.evaluate(() => ({
        title: document.querySelector('.methods [aria-current] .name')?.textContent,
        source: [...document.querySelectorAll('.pane-source .badge span')].map((it) => Number(it.textContent)),
        states: [...document.querySelectorAll('.box[data-badge]')].map((it) => Number(it.getAttribute('data-badge'))),
      }));
      assert.equal(shown.title, method.title, where);
      assert.deepEqual(ascending(shown.source), inSource(method), where);
      const states = method.states.map((it) => it.state);
      assert.deepEqual(ascending(shown.states), states.slice(0, PART + 1), where);
    }
    // The method in sight is the last one now.
    const method = methods.at(-1)!;
    const state = inSource(method).at(-1);
    if (state !== undefined) {
      await page.click(`.pane-source .badge[data-badge~="${state}"]`);
      await page.mouse.move(5, 5);
      const lit = await page.evaluate(
        (panes) => panes.map((it) => document.querySelector(it) !== null),
        ['.pane-source .badge.lit', '.box.lit', '.pseudo .lit', '.frame th.lit', '.instructions .lit'],
      );
      const table = method.points.some(({ saved, dropped }) => saved.length + dropped.length > 0);
      assert.deepEqual(lit, [true, true, true, table, true], `${href}: ${method.title}, await ${state}`);
      assert.match(page.url(), new RegExp(`#m${methods.length - 1}-\\d+$`));
      clicked++;
    }
    assert.deepEqual(problems, [], href);
  }
  check(clicked > 50, `only ${clicked} classes have an await in their source`);
});

describe('axe finds nothing', () => {
  const byAwaits = [...classes].sort((a, b) => awaits(a.methods) - awaits(b.methods));
  const warned = classes.find(({ row }) => row.warnings > 0);
  const chosen = [byAwaits[0], byAwaits[Math.floor(byAwaits.length / 2)], byAwaits.at(-1), warned].flatMap((it) => (it === undefined ? [] : [it.href]));
  for (const href of new Set(['index.html', ...chosen])) {
    test(`in ${href}`, async () => {
      await open(href, href === 'index.html' ? '' : '#m0-1');
      assert.deepEqual(await axe(page), []);
    });
  }
});
