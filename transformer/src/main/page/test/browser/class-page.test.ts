import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { Embedded, InspectedClass, InspectedMethod, Inspection } from '../../src/document.ts';
import { address, axe, check, chromium, classPage, large, real, sample } from '../pages.ts';

let browser: Browser;
let page: Page;
let problems: string[];

before(async () => {
  browser = await puppeteer.launch({ executablePath: chromium(), args: ['--no-sandbox'], protocolTimeout: 30_000 });
});

after(() => browser.close());

beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) problems.push(`asked for ${request.url()}`);
  });
  await page.setViewport({ width: 1440, height: 900 });
});

const open = async (embedded: Embedded, hash = ''): Promise<void> => {
  await page.goto(address(embedded) + hash, { waitUntil: 'load' });
};

const fetcher = (): Inspection => sample('fetcher.json');

const withMethod = (inspection: Inspection, change: (method: InspectedMethod) => InspectedMethod): Inspection => ({
  ...inspection,
  classes: inspection.classes.map((it) => ({ ...it, methods: it.methods.map(change) })),
});

const withClass = (inspection: Inspection, change: (it: InspectedClass) => InspectedClass): Inspection => ({
  ...inspection,
  classes: inspection.classes.map(change),
});

/** What is lit in each pane, as text without numbers of badges. */
const lit = (kind = 'lit'): Promise<Record<string, string[]>> =>
  page.evaluate((kind) => {
    const result: Record<string, string[]> = {};
    for (const name of ['source', 'states', 'frame', 'bytecode']) {
      result[name] = [...document.querySelectorAll(`.pane-${name} .${kind}`)].map((it) => {
        const text = it.querySelector('title')?.textContent ?? it.getAttribute('aria-label') ?? it.textContent ?? '';
        return text.trim().replaceAll(/\s+/g, ' ');
      });
    }
    return result;
  }, kind);

const source = (state: number): string => `.pane-source .badge[data-badge="${state}"]`;

describe('pointing', () => {
  test('hovering an await lights it in all panes, and leaving it puts out the lights', async () => {
    await open(classPage(fetcher()));
    await page.hover(source(1));
    const now = await lit();
    assert.deepEqual(now['source'], ['await(size(url))', 'await 1: await size(), a direct call of its body, line 18']);
    check(now['states']!.some((it) => it.startsWith('1 size() line 18; ')), now['states']!.join('\n'));
    check(now['states']!.includes('int size = result;'), now['states']!.join('\n'));
    check(now['frame']!.some((it) => it.includes('i0') && it.includes('read later at line 19')));
    check(!now['frame']!.some((it) => it.includes('operand stack')));
    check(now['bytecode']!.some((it) => it.includes('int size = await(size(url));')));
    await page.mouse.move(5, 5);
    assert.deepEqual(await lit(), { source: [], states: [], frame: [], bytecode: [] });
    assert.deepEqual(problems, []);
  });

  test('hovering a state lights the await in the source and the ways in and out', async () => {
    await open(classPage(fetcher()));
    await page.hover('.pane-states .box[data-badge="2"] .what');
    assert.equal((await lit())['source']![0], 'await(fallback(url))');
    const ways = (await lit('soft'))['states']!;
    check(ways.includes('state 1 to state 2: catch IOException'), ways.join('\n'));
    check(ways.includes('state 2 to state 1: loop'), ways.join('\n'));
    check(!ways.includes('state 0 to state 1: goes on'));
  });

  test('hovering a cell answers why: its line of the source is lit, and it says so', async () => {
    await open(classPage(fetcher()));
    const cell = await page.$('td[data-cell="1.1"]');
    await cell!.hover();
    assert.equal(await cell!.evaluate((it) => it.getAttribute('title')), 'total is saved in i0 at await 1: read later at line 19');
    const now = await lit();
    assert.deepEqual(now['source'], ['19 total += size;']);
    assert.deepEqual(now['frame'], ['totalint', 'saved in i0read later at line 19']);
    const soft = (await lit('soft'))['source']!.join('');
    check(soft.startsWith('await(size(url))'), soft);
  });

  test('hovering a line of source lights its bytecode', async () => {
    await open(classPage(fetcher()));
    await page.hover('.pane-source .line[data-line="16"] .number');
    const now = await lit();
    assert.equal(now['source']!.length, 1);
    check(now['bytecode']![0]!.includes('for (String url : urls) {'));
  });

  test('hovering a way lights what it leads from and to', async () => {
    await open(classPage(fetcher()));
    const label = await page.$$('.way-label text');
    await label[1]!.hover();
    const now = await lit();
    assert.deepEqual(now['states'], ['state 0 to state 2: catch IOException', 'catch IOException']);
    check((await lit('soft'))['source']!.join('').startsWith('await(fallback(url))'));
  });
});

describe('clicking', () => {
  test('an await stays lit, its bytecode is unfolded, and its reader is told', async () => {
    await open(classPage(fetcher()));
    await page.click(source(1));
    await page.mouse.move(5, 5);
    const now = await lit();
    check(now['source']!.join('').startsWith('await(size(url))'));
    check(now['bytecode']!.some((it) => it.includes('INVOKESTATIC Fetcher.size (String;Carrier;)')));
    assert.equal(await page.$eval('.walker .said', (it) => it.textContent), '1await size(), a direct call of its body, line 18saves this, total, local 3, url');
    assert.equal(await page.$$eval('[aria-current=true]', (all) => all.length > 3), true);
    assert.match(page.url(), /#m0-1$/);
  });

  test('a second click, Esc and the button clear', async () => {
    await open(classPage(fetcher()));
    for (const clear of [() => page.click(source(1)), () => page.keyboard.press('Escape'), () => page.click('.walker .clear')]) {
      await page.click(source(1));
      assert.equal(await page.$eval(source(1), (it) => it.getAttribute('aria-current')), 'true');
      await clear();
      await page.mouse.move(5, 5);
      assert.equal(await page.$('.pane-source [aria-current]'), null);
    }
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    assert.deepEqual(await lit(), { source: [], states: [], frame: [], bytecode: [] });
  });

  test('an address leads to its await', async () => {
    await open(classPage(fetcher()), '#m0-2');
    check((await lit())['source']!.join('').startsWith('await(fallback(url))'));
  });

  test('folds open and close, and the resumed body can be chosen', async () => {
    await open(classPage(fetcher()));
    await page.click('.fold [aria-expanded=false]');
    assert.equal((await page.$$('.fold .two')).length, 1);
    await page.click('.fold [aria-expanded=true]');
    assert.equal((await page.$$('.fold .two')).length, 0);
    await page.click('.choice button:last-child');
    await page.click('.fold .twist');
    check((await page.$eval('.fold .two', (it) => it.textContent)).includes('GETFIELD Frame.state : I'));
  });
});

describe('the keyboard', () => {
  test('j and k walk the awaits and stop at the ends', async () => {
    await open(classPage(fetcher()));
    const at = (): Promise<string | null> => page.$eval('.walker .said', (it) => it.querySelector('.badge')?.textContent ?? null);
    assert.equal(await at(), null);
    const seen: (string | null)[] = [];
    for (const key of ['j', 'j', 'j', 'k', 'Escape', 'k'] as const) {
      await page.keyboard.press(key);
      seen.push(await at());
    }
    assert.deepEqual(seen, ['1', '2', '2', '1', null, '2']);
  });

  test('Tab reaches an await, shows where it is, lights it, and Enter pins it', async () => {
    await open(classPage(fetcher()));
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.matches('.pane-source .badge'))) break;
    }
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'await 1: await size(), a direct call of its body, line 18');
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle), 'none');
    check((await lit())['states']!.length > 3);
    await page.keyboard.press('Enter');
    assert.match(page.url(), /#m0-1$/);
  });

  test('Enter pins a focused state of the graph', async () => {
    await open(classPage(fetcher()));
    await page.$eval('.box[data-badge="2"]', (it) => (it as unknown as SVGElement).focus());
    await page.keyboard.press('Enter');
    assert.match(page.url(), /#m0-2$/);
  });

  test('the frame is one stop of Tab, and arrows go from cell to cell', async () => {
    await open(classPage(fetcher()));
    assert.equal((await page.$$('td[tabindex="0"]')).length, 1);
    await page.focus('td[data-cell="0.1"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight'); // there is no cell: total is not in scope
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-cell')), '1.1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-cell')), '2.2');
    assert.equal((await page.$$('td[tabindex="0"]')).length, 1);
  });

  test('brackets go through the methods', async () => {
    const two = withClass(fetcher(), (it) => ({ ...it, methods: [it.methods[0]!, { ...it.methods[0]!, title: 'other()' }] }));
    await open(classPage(two));
    await page.keyboard.press(']');
    assert.equal(await page.$eval('.methods [aria-current]', (it) => it.querySelector('.name')!.textContent), 'other()');
    await page.keyboard.press('[');
    assert.equal(await page.$eval('.methods [aria-current]', (it) => it.querySelector('.name')!.textContent), 'fetch(List)');
  });
});

describe('inspections of real classes', () => {
  for (const name of ['sample-inspection.json', 'sample-inspection-large.json']) {
    test(`each await of ${name} is walked to and lit in source, states, frame and bytecode`, async () => {
      const inspection = real(name);
      for (const shown of inspection.classes) {
        await open(classPage({ ...inspection, classes: [shown] }));
        for (const [i, method] of shown.methods.entries()) {
          if (i > 0) await page.keyboard.press(']');
          assert.equal(await page.$eval('.methods [aria-current] .name', (it) => it.textContent), method.title);
          const walked: number[] = [];
          for (;;) {
            const before = await page.$eval('.walker .said', (it) => it.textContent);
            await page.keyboard.press('j');
            if ((await page.$eval('.walker .said', (it) => it.textContent)) === before) break;
            walked.push(...(await page.$$eval('.walker .badge span', (all) => all.map((it) => Number(it.textContent)))));
            const panes = await page.evaluate(() => ['.pane-source .mark.lit, .pane-source .badge.lit', '.box.lit', '.pseudo .lit', '.frame th.lit', '.instructions .lit'].map((it) => document.querySelector(it) !== null));
            const table = method.points.some((point) => point.saved.length + point.dropped.length > 0);
            assert.deepEqual(panes, [true, true, true, table, true], `${method.title} at ${walked}`);
          }
          assert.deepEqual(walked.sort((a, b) => a - b), method.points.map((point) => point.point), method.title);
        }
      }
      assert.deepEqual(problems, []);
    });
  }
});

describe('copies of one await in finally', () => {
  const copied = (): Inspection =>
    withMethod(fetcher(), (it) => ({ ...it, source: { ...it.source!, marks: [{ ...it.source!.marks[0]!, points: [1, 2] }] } }));

  test('are one badge with several numbers, which points at all of them', async () => {
    await open(classPage(copied()));
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await page.$$eval('.pane-source .badge', (all) => all.map((it) => [...it.children].map((span) => span.textContent))), [['1', '2']]);
    await page.hover('.pane-source .badge');
    const boxes = await page.$$eval('.box.lit', (all) => all.map((it) => it.getAttribute('data-badge')));
    assert.deepEqual(boxes, ['1', '2']);
  });
});

describe('what a reader without a mouse or with poor sight needs', () => {
  for (const scheme of ['light', 'dark']) {
    for (const width of [1440, 390]) {
      test(`axe finds nothing in ${scheme} at ${width} pixels`, async () => {
        await page.setViewport({ width, height: 900 });
        await page.emulateMediaFeatures([
          { name: 'prefers-color-scheme', value: scheme },
          { name: 'prefers-reduced-motion', value: 'reduce' },
        ]);
        await open(classPage(withMethod(fetcher(), (it) => ({ ...it, warnings: ['Something should be changed.'] }))), '#m0-1');
        for (const tab of width < 600 ? [0, 1, 2, 3] : [0]) {
          if (width < 600) await page.click(`.tabs button:nth-child(${tab + 1})`);
          assert.deepEqual(await axe(page), []);
        }
      });
    }
  }

  test('nothing is wider than a narrow page', async () => {
    await page.setViewport({ width: 360, height: 800 });
    await open(classPage(fetcher()));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  });

  test('on a narrow page one pane is shown, and all can be reached', async () => {
    await page.setViewport({ width: 390, height: 800 });
    await open(classPage(fetcher()));
    const shown = (): Promise<string[]> =>
      page.$$eval('.pane', (all) => all.filter((it) => it.getClientRects().length > 0).map((it) => it.querySelector('h3')!.textContent ?? ''));
    assert.deepEqual(await shown(), ['Source']);
    await page.click('.tabs button:nth-child(3)');
    assert.deepEqual(await shown(), ['Frame']);
  });
});

describe('paper', () => {
  test('has all methods with all panes', async () => {
    const two = withClass(fetcher(), (it) => ({ ...it, methods: [it.methods[0]!, { ...it.methods[0]!, title: 'other()' }] }));
    await open(classPage(two));
    assert.equal((await page.$$('article')).length, 1);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    assert.equal((await page.$$('article')).length, 2);
    assert.equal((await page.$$('.pane')).length, 8);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    assert.equal((await page.$$('article')).length, 1);
    check((await page.pdf()).length > 10_000);
    assert.deepEqual(problems, []);
  });
});

describe('bad input', () => {
  const HOSTILE = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">';

  test('names and strings that hold HTML are text, and nothing runs', async () => {
    const hostile = withClass(fetcher(), (it) => ({
      ...it,
      name: HOSTILE,
      title: HOSTILE,
      sourceFile: HOSTILE,
      source: { lines: it.source!.lines.map((line) => (line.includes('total = 0') ? `        String s = "${HOSTILE}";` : line)) },
      methods: it.methods.map((method) => ({
        ...method,
        title: HOSTILE,
        source: { ...method.source!, signature: HOSTILE },
        warnings: [HOSTILE],
        points: method.points.map((point) => ({
          ...point,
          what: HOSTILE,
          saved: point.saved.map((saved) => ({ ...saved, name: HOSTILE, type: HOSTILE, reason: HOSTILE, field: HOSTILE })),
        })),
        bytecode: { ...method.bytecode, before: method.bytecode.before.map((code) => ({ ...code, text: `LDC "${HOSTILE}"` })) },
      })),
    }));
    await page.goto(address(classPage({ ...hostile, problems: [{ class: HOSTILE, text: HOSTILE }] }), HOSTILE), { waitUntil: 'load' });
    await page.keyboard.press('j');
    assert.equal(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined);
    assert.equal((await page.$$('img')).length, 0);
    assert.equal((await page.$$('script')).length, 2);
    assert.equal(await page.title(), HOSTILE);
    assert.equal(await page.$eval('h1', (it) => it.textContent), HOSTILE);
    check((await page.$eval('.pane-source', (it) => it.textContent)).includes(`String s = "${HOSTILE}";`));
    check((await page.$eval('.pane-bytecode', (it) => it.textContent)).includes(`LDC "${HOSTILE}"`));
    assert.deepEqual(problems, []);
  });

  test('the policy of the page lets no other script run', async () => {
    await open(classPage(fetcher()));
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
    });
    assert.equal(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined);
    check(problems.some((it) => it.includes('Content Security Policy')), problems.join('\n'));
  });

  test('without a source the page says so and shows the rest', async () => {
    const bare = withClass(fetcher(), ({ source: _, ...it }) => ({ ...it, methods: it.methods.map(({ source: __, ...method }) => method) }));
    await open(classPage(bare));
    assert.equal(await page.$eval('.pane-source .missing', (it) => it.textContent), 'Fetcher.java was not found among the sources.');
    assert.equal(await page.$eval('.notes', (it) => it.textContent), 'Fetcher.java was not found among the sources.');
    await page.keyboard.press('j');
    check((await lit())['states']!.length > 3);
    assert.deepEqual(problems, []);
  });

  test('without debug information there are neither lines nor a source', async () => {
    const bare = withClass(fetcher(), ({ source: _, sourceFile: __, ...it }) => ({
      ...it,
      methods: it.methods.map(({ source: ___, ...method }) => ({
        ...method,
        line: 0,
        lastLine: 0,
        states: method.states.map((state) => ({ ...state, lines: [] })),
        points: method.points.map((point) => ({ ...point, line: 0, handlers: [] })),
        bytecode: {
          before: method.bytecode.before.map((code) => ({ ...code, line: 0 })),
          direct: method.bytecode.direct.map((code) => ({ ...code, line: 0 })),
          resuming: [],
        },
      })),
    }));
    await open(classPage(bare));
    assert.match(await page.$eval('.notes', (it) => it.textContent ?? ''), /compiled without debug information/);
    assert.equal((await page.$$('.fold')).length, 1);
    await page.keyboard.press('j');
    assert.equal(await page.$eval('.walker .what', (it) => it.textContent), 'await size(), a direct call of its body');
    assert.deepEqual(problems, []);
  });

  test('a source that cannot be parsed is named with the reason', async () => {
    const bare = withClass(fetcher(), (it) => ({
      ...it,
      source: { ...it.source!, problem: 'could not be parsed: Parse error.' },
      methods: it.methods.map(({ source: _, ...method }) => method),
    }));
    await open(classPage(bare));
    assert.match(await page.$eval('.pane-source .missing', (it) => it.textContent ?? ''), /^Fetcher.java could not be parsed: Parse error\.$/);
  });

  test('a source that does not match leaves the badges on what it has', async () => {
    const short = withClass(fetcher(), (it) => ({ ...it, source: { lines: it.source!.lines.slice(0, 19).map(() => 'x') } }));
    await open(classPage(short));
    assert.equal((await page.$$('.pane-source .line')).length, 7);
    assert.deepEqual(await page.$$eval('.pane-source .badge', (all) => all.map((it) => it.textContent)), ['1']);
    assert.deepEqual(problems, []);
  });

  test('without class files the bytecode says why', async () => {
    const bare = withMethod(fetcher(), (it) => ({ ...it, bytecode: { before: [], direct: [], resuming: [], problem: 'The class file is gone.' } }));
    await open(classPage(bare));
    assert.equal(await page.$eval('.pane-bytecode .missing', (it) => it.textContent), 'The class file is gone.');
  });

  test('data that are none are said to be so', async () => {
    await open({ page: 'class' });
    assert.match(await page.$eval('main', (it) => it.textContent ?? ''), /cannot show its data, which is a bug in Fermata/);
  });

  test('without script the page says where the same can be read', async () => {
    await page.setJavaScriptEnabled(false);
    await open(classPage(fetcher()));
    assert.match(await page.$eval('noscript', (it) => it.textContent ?? ''), /needs JavaScript/);
  });
});

describe('very large methods', () => {
  test('a thousand awaits are shown in parts, which follow the walk', async () => {
    await open(classPage(large(1000)));
    assert.equal((await page.$$('.pane-source .badge')).length, 1000);
    assert.equal((await page.$$('.box[data-badge]')).length, 61);
    await page.click('.pane-source .badge[data-badge="500"]');
    check((await page.$('.box[data-badge="500"]')) !== null);
    assert.equal(await page.$eval('.pane-frame .pager', (it) => it.textContent), '‹481–540 of 1000›');
    check((await lit())['bytecode']!.some((it) => it.startsWith('503')));
    await page.click('.pane-frame .pager button:first-child');
    check((await page.$('.box[data-badge="450"]')) !== null);
    assert.deepEqual(problems, []);
  });
});

describe('scrolling', () => {
  test('walking brings the await into sight in its pane, sideways no more than it takes', async () => {
    const long = withClass(fetcher(), (it) => ({ ...it, source: { lines: it.source!.lines.map((line) => (line.includes('return done') ? line + ' '.repeat(200) + '// far' : line)) } }));
    await page.setViewport({ width: 1440, height: 760 });
    await open(classPage(long));
    await page.keyboard.press('j');
    const seen = await page.evaluate(() =>
      ['.pane-source .badge.lit', '.pane-states .box.lit', '.pseudo .line.lit', '.frame th.lit', '.fold-head.lit'].map((selector) => {
        const inner = document.querySelector(selector)!.getBoundingClientRect();
        const outer = document.querySelector(selector)!.closest('.scroll')!.getBoundingClientRect();
        return inner.top < outer.bottom && inner.bottom > outer.top && inner.left < outer.right && inner.right > outer.left;
      }),
    );
    assert.deepEqual(seen, [true, true, true, true, true]);
    assert.deepEqual(await page.$$eval('.pane-source .scroll, .pseudo', (all) => all.map((it) => it.scrollLeft)), [0, 0]);
    assert.equal(await page.evaluate(() => window.scrollY), 0);
  });
});

describe('opening', () => {
  test('a page of thirty methods has its layout with the first paint, and nothing jumps afterwards', async () => {
    const many = withClass(fetcher(), (it) => ({ ...it, methods: Array.from({ length: 30 }, (_, i) => ({ ...it.methods[0]!, title: `fetch${i}(List)` })) }));
    await page.evaluateOnNewDocument(() => {
      const shifts: number[] = [];
      (window as unknown as { shifts: number[] }).shifts = shifts;
      new PerformanceObserver((list) => list.getEntries().forEach((it) => shifts.push((it as unknown as { value: number }).value))).observe({ type: 'layout-shift', buffered: true });
    });
    await open(classPage(many), '#m0-2');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal((await page.$$('.methods li')).length, 30);
    assert.equal((await page.$$('.pane-states svg .box')).length, 4);
    assert.deepEqual(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts), []);
    // Only the method in sight is rendered, however many there are.
    assert.equal((await page.$$('article')).length, 1);
  });

  test('walking moves no pane', async () => {
    await open(classPage(fetcher()));
    const places = (): Promise<string> => page.$$eval('.pane', (all) => all.map((it) => JSON.stringify(it.getBoundingClientRect())).join());
    const before = await places();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.equal(await places(), before);
  });
});
