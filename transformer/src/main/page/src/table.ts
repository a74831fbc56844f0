import type { IndexRow } from './model.ts';

export type Column = 'name' | 'methods' | 'awaits' | 'notInlined' | 'warnings';

export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

export interface Filter {
  readonly text: string;
  readonly notInlined: boolean;
  readonly warned: boolean;
}

/** The rows that pass, in order. Each word of the text has to be somewhere in the name or the methods' names. */
export function select(rows: readonly IndexRow[], filter: Filter, order: Order): IndexRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return rows
    .filter((row) => {
      const text = `${row.name} ${row.words}`.toLowerCase();
      return (
        words.every((word) => text.includes(word)) &&
        (!filter.notInlined || row.notInlined > 0) &&
        (!filter.warned || row.warnings > 0)
      );
    })
    .sort((a, b) => {
      const x = a[order.column];
      const y = b[order.column];
      const compared = x < y ? -1 : x > y ? 1 : 0;
      return compared === 0 ? (a.name < b.name ? -1 : 1) : order.descending ? -compared : compared;
    });
}

/** Numbers begin with the largest, names with the first letter. */
export function next(order: Order, column: Column): Order {
  return order.column === column
    ? { column, descending: !order.descending }
    : { column, descending: column !== 'name' };
}
