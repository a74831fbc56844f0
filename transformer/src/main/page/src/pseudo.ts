import type { InspectedMark, InspectedMethod, InspectedPoint } from './document.ts';
import type { PseudoLine } from './model.ts';

/**
 * The state machine as Java of our own: for each suspension what is saved there, and for each state what is restored and
 * which lines of the source go on running, with the await that is over replaced by its result.
 */
export function pseudo(method: InspectedMethod, source: readonly string[] | null): PseudoLine[] {
  const lines: PseudoLine[] = [];
  const add = (indent: number, text: string, state: number | null, line: number | null = null): void => {
    lines.push({ indent, text, state, line });
  };
  add(0, 'switch (frame.state) {', null);
  const marks = method.source?.marks ?? [];
  for (const state of method.states) {
    const point = method.points.find((it) => it.point === state.state);
    const n = state.state;
    add(1, n === 0 ? 'case 0: // the start' : `case ${n}: // ${short(point?.what ?? 'await')} has its result`, n);
    if (point !== undefined) {
      for (const saved of point.saved) {
        if (saved.name !== 'this') add(2, `${variable(saved.name)} = frame.${saved.field};`, n);
      }
      for (const dropped of point.dropped) {
        if (dropped.why !== 'dead') add(2, `${variable(dropped.name)} = ${dropped.why === 'null' ? 'null; // as it was' : 'null; // or 0: nothing reads it'}`, n);
      }
      add(2, `if (failure != null) throw failure;${where(point)}`, n, point.line || null);
    }
    if (source === null) {
      const ranges = state.lines.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
      add(2, ranges.length === 0 ? '// code whose lines are unknown' : `// line ${ranges.join(', ')}`, n);
    } else {
      body(method, marks, source, state.state, add);
    }
    if (state.more) add(2, '// and more: not all that may follow is listed', n);
  }
  for (const point of method.points) {
    const n = point.point;
    add(1, `save${n}: // ${short(point.what)} is not done yet`, n, null);
    for (const saved of point.saved) add(2, `frame.${saved.field} = ${variable(saved.name)};`, n, null);
    add(2, `frame.state = ${n};`, n, null);
    add(2, 'return SUSPENDED;', n, null);
  }
  add(0, '}', null);
  return lines;
}

/** What is awaited, without how. */
export function short(what: string): string {
  return what.replace(/^await /, '').replace(/, .*$/, '');
}

/** Values without a name in the source are called by their place. */
function variable(name: string): string {
  return name.replace(/^operand stack (\d+)$/, 'stack$1').replace(/^local (\d+)$/, 'local$1');
}

function where(point: InspectedPoint): string {
  const handler = point.handlers[0];
  if (handler === undefined) return '';
  const simple = handler.type === undefined ? 'finally' : `catch ${simpleName(handler.type)}`;
  return ` // to ${simple}${handler.line > 0 ? `, line ${handler.line}` : ''}`;
}

export function simpleName(type: string): string {
  return type.slice(Math.max(type.lastIndexOf('.'), type.lastIndexOf('/'), type.lastIndexOf('$')) + 1);
}

type Add = (indent: number, text: string, state: number | null, line?: number | null) => void;

/** The lines from the await on, then those above it that a loop leads back to. */
function body(method: InspectedMethod, marks: readonly InspectedMark[], source: readonly string[], n: number, add: Add): void {
  const state = method.states.find((it) => it.state === n)!;
  const point = method.points.find((it) => it.point === n);
  const own = marks.find((mark) => mark.points.includes(n));
  const reached = new Set(state.next.flatMap((edge) => (edge.to === undefined ? [] : [edge.to])));
  const all = state.lines.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
  const from = own?.firstLine ?? point?.line ?? 0;
  const after = all.filter((line) => line >= from);
  const again = all.filter((line) => line < from && line > 0);
  const shown = [...after, ...again].map((line) => source[line - 1] ?? '').filter((text) => text.trim() !== '');
  const least = shown.reduce((least, text) => Math.min(least, text.length - text.trimStart().length), 80);
  // A closing brace alone has no bytecode, so its line is in no state. Where it was, the indentation tells.
  const open: number[] = [];
  const close = (depth: number, byItself: boolean): void => {
    while (open.length > 0 && open[open.length - 1]! >= depth) {
      const opened = open.pop()!;
      if (!(byItself && opened === depth)) add(2, ' '.repeat(opened) + '}', n, null);
    }
  };
  const write = (line: number, replace: boolean): void => {
    let text = source[line - 1] ?? '';
    if (text.trim() === '' || /^\s*(\/\/|\/\*.*\*\/\s*$)/.test(text)) return;
    if (replace && own !== undefined && own.firstLine <= line && line <= own.lastLine) {
      if (line > own.firstLine) return;
      text = text.slice(0, own.firstColumn - 1) + 'result' + (source[own.lastLine - 1] ?? '').slice(own.lastColumn);
    }
    // A statement whose result is not used.
    if (/^\s*result;/.test(text)) return;
    const others = marks
      .filter((mark) => mark.lastLine === line && !(replace && mark === own))
      .flatMap((mark) => mark.points.filter((it) => reached.has(it)));
    const note = others.length > 0 ? ` // or save${others.join(', save')}` : '';
    const depth = Math.max(0, Math.round((text.length - text.trimStart().length - least) / 2) * 2);
    close(depth, text.trim().startsWith('}'));
    add(2, ' '.repeat(depth) + text.trim() + note, n, line);
    if (text.trimEnd().endsWith('{')) open.push(depth);
  };
  after.forEach((line) => write(line, true));
  close(0, false);
  if (again.length > 0 && after.length > 0) add(2, state.next.some((edge) => edge.how === 'loop') ? `// and from line ${again[0]} on again:` : `// also from line ${again[0]} on:`, n, null);
  again.forEach((line) => write(line, false));
  if (n > 0 && own !== undefined && again.length > 0) {
    // The loop comes to the await itself again.
    if (reached.has(n)) write(own.firstLine, false);
  }
  close(0, false);
}
