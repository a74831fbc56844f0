import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { Embedded } from '../../src/document.ts';
import { address, axe, chromium } from '../pages.ts';

const INDEX: Embedded = {
  page: 'index',
  rows: [
    { title: 'com.acme.Shop', folder: 'classes', href: 'classes/com/acme/Shop.html', methods: ['price(String)', 'total()'], awaits: 5, neverInlined: 1, warnings: 0 },
    { title: 'com.acme.Door', folder: 'classes', href: 'classes/com/acme/Door.html', methods: ['open()'], awaits: 9, neverInlined: 0, warnings: 2 },
    { title: 'com.acme.DoorTest', folder: 'test-classes', href: 'test-classes/com/acme/DoorTest.html', methods: ['opens()'], awaits: 1, neverInlined: 0, warnings: 0 },
  ],
  problems: [{ class: 'com.acme.Old', text: 'com.acme.Old is woven, but there is no report of it' }],
};

let browser: Browser;
let page: Page;

before(async () => {
  browser = await puppeteer.launch({ executablePath: chromium(), args: ['--no-sandbox'], protocolTimeout: 30_000 });
});

after(() => browser.close());

beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  await page.goto(address(INDEX, 'Async methods'));
});

const names = (): Promise<string[]> => page.$$eval('tbody a', (all) => all.map((it) => it.textContent ?? ''));

test('classes are sorted by a click on a head, and back by another', async () => {
  assert.deepEqual(await names(), ['com.acme.Door', 'com.acme.DoorTest', 'com.acme.Shop']);
  await page.click('thead th:nth-child(3) button');
  assert.deepEqual(await names(), ['com.acme.Door', 'com.acme.Shop', 'com.acme.DoorTest']);
  assert.equal(await page.$eval('thead th:nth-child(3)', (it) => it.getAttribute('aria-sort')), 'descending');
  await page.click('thead th:nth-child(3) button');
  assert.deepEqual(await names(), ['com.acme.DoorTest', 'com.acme.Shop', 'com.acme.Door']);
});

test('the keyboard alone filters and sorts', async () => {
  await page.keyboard.press('Tab');
  await page.keyboard.type('door');
  assert.deepEqual(await names(), ['com.acme.Door', 'com.acme.DoorTest']);
  assert.equal(await page.$eval('.filter .said', (it) => it.textContent), '2 of 3 classes');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Tab'); // the boxes, then the head of the names
  await page.keyboard.press('Enter');
  assert.deepEqual(await names(), ['com.acme.DoorTest', 'com.acme.Door']);
});

test('a method leads to its class', async () => {
  await page.type('input[type=search]', 'price');
  assert.deepEqual(await names(), ['com.acme.Shop']);
  assert.equal(await page.$eval('tbody a', (it) => it.getAttribute('href')), 'classes/com/acme/Shop.html');
});

test('what is never inlined, and what is warned of', async () => {
  await page.click('.check:nth-of-type(2) input');
  assert.deepEqual(await names(), ['com.acme.Shop']);
  await page.click('.check:nth-of-type(2) input');
  await page.click('.check:nth-of-type(3) input');
  assert.deepEqual(await names(), ['com.acme.Door']);
});

test('a filter that nothing passes says so, and what has no report is named', async () => {
  await page.type('input[type=search]', 'nothing');
  assert.equal(await page.$eval('tbody', (it) => it.textContent), 'No class is like that.');
  assert.equal(await page.$eval('.notes', (it) => it.textContent), 'com.acme.Old is woven, but there is no report of it');
});

for (const scheme of ['light', 'dark']) {
  test(`axe finds nothing in ${scheme}`, async () => {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    assert.deepEqual(await axe(page), []);
  });
}

test('a narrow index is not wider than its page', async () => {
  await page.setViewport({ width: 360, height: 700 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
});
