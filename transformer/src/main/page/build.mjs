// Builds the one file that the pages are made from: shell, style and script, with the licences of what is bundled.
//
//   node build.mjs            writes it to the resources of the module
//   node build.mjs --verify   fails if what is there is not what a build would write
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../resources/dev/fermata/transformer/inspect/page.html');
const bundled = ['preact', '@dagrejs/dagre', '@dagrejs/graphlib', 'highlight.js'];

async function bundle(entry, loader) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    charset: 'ascii',
    format: 'iife',
    target: ['es2022'],
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader,
  });
  return result.outputFiles[0].text.trim();
}

function licences() {
  return bundled
    .map((name) => {
      const folder = join(here, 'node_modules', name);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const text = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${text}`;
    })
    .join('\n\n')
    .replaceAll('*/', '* /')
    .replaceAll(/[ \t]+$/gm, '');
}

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const style = await bundle('src/page.css', {});
const script = `/*\n${licences()}\n*/\n${await bundle('src/main.tsx', {})}`;
if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
  throw new Error('the script or the style would end its own element');
}
const page = readFileSync(join(here, 'src/shell.html'), 'utf8')
  .replace('STYLE-HASH', () => hash(style))
  .replace('SCRIPT-HASH', () => hash(script))
  .replace('STYLE', () => style)
  .replace('SCRIPT', () => script);

if (process.argv.includes('--verify')) {
  if (readFileSync(target, 'utf8') !== page) {
    console.error(`${target} is not what a build writes. Run: npm run build`);
    process.exit(1);
  }
} else {
  writeFileSync(target, page);
  console.log(`${(page.length / 1024).toFixed(0)} kB`);
}
