import { render } from 'preact';
import { adapt } from './adapt.ts';
import { ClassView } from './class-view.tsx';
import { IndexView } from './index-view.tsx';

const root = document.getElementById('page')!;

function show(): void {
  const text = document.getElementById('document')!.textContent ?? '';
  const page = adapt(JSON.parse(text));
  if (page.type === 'index') {
    render(<IndexView page={page} />, root);
    return;
  }
  const draw = (printing: boolean): void => render(<ClassView page={page} printing={printing} />, root);
  draw(false);
  // Paper shows all methods below each other. Rendering is synchronous, so the print has it.
  window.addEventListener('beforeprint', () => draw(true));
  window.addEventListener('afterprint', () => draw(false));
}

try {
  show();
} catch (failure) {
  render(
    <main class="noscript">
      <h1>{document.title}</h1>
      <p>This page cannot show its data, which is a bug in Fermata: {String(failure)}</p>
    </main>,
    root,
  );
  throw failure;
}
