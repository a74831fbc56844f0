import type { Token } from './java.ts';
import type { Mark } from './model.ts';

/** A stretch of a line of source: of one colour, and inside of one await or of none. */
export interface Segment {
  readonly kind: string;
  readonly text: string;
  readonly mark: Mark | null;
  /** The awaits that end here; their badges follow. */
  readonly ends: readonly Mark[];
}

/** Where a mark is on a line: columns from 0, the end excluded; null if it is not there. */
function span(mark: Mark, line: number, text: string): [number, number] | null {
  if (line < mark.firstLine || line > mark.lastLine || mark.firstColumn <= 0) return null;
  const from = line === mark.firstLine ? mark.firstColumn - 1 : text.length - text.trimStart().length;
  const to = line === mark.lastLine ? Math.min(mark.lastColumn, text.length) : text.length;
  return from < to ? [from, to] : null;
}

/** Cuts a line at the beginnings and ends of its awaits. Where one is inside of another, the innermost marks the text. */
export function segments(tokens: readonly Token[], line: number, marks: readonly Mark[], indent: number): Segment[] {
  const text = tokens.map((token) => token.text).join('');
  const spans = marks
    .map((mark) => ({ mark, at: span(mark, line, text) }))
    .filter((it): it is { mark: Mark; at: [number, number] } => it.at !== null);
  const cuts = new Set<number>([indent]);
  for (const { at } of spans) at.forEach((cut) => cuts.add(cut));
  const result: Segment[] = [];
  let column = 0;
  for (const token of tokens) {
    const end = column + token.text.length;
    const inside = [...cuts].filter((cut) => cut > column && cut < end).sort((a, b) => a - b);
    for (const [i, to] of [...inside, end].entries()) {
      const from = i === 0 ? column : inside[i - 1]!;
      if (to <= indent) continue;
      const around = spans
        .filter(({ at }) => at[0] <= from && to <= at[1])
        .sort((a, b) => a.at[1] - a.at[0] - (b.at[1] - b.at[0]));
      result.push({
        kind: token.kind,
        text: token.text.slice(from - column, to - column),
        mark: around[0]?.mark ?? null,
        ends: spans.filter(({ mark, at }) => mark.lastLine === line && at[1] === to).map((it) => it.mark),
      });
    }
    column = end;
  }
  return result;
}

/** The awaits whose badge stands at the end of a line: those without columns, or with columns that the line does not have. */
export function loose(line: number, text: string, marks: readonly Mark[]): Mark[] {
  return marks.filter((mark) => mark.lastLine === line && span(mark, line, text) === null);
}

/** How far all lines are indented. */
export function indentOf(lines: readonly string[]): number {
  const indents = lines.filter((it) => it.trim() !== '').map((it) => it.length - it.trimStart().length);
  return indents.reduce((least, it) => Math.min(least, it), indents[0] ?? 0);
}
