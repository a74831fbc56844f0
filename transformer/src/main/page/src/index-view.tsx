import { Component, type JSX } from 'preact';
import type { IndexPage } from './model.ts';
import { Breakable } from './parts.tsx';
import { next, select, type Column, type Filter, type Order } from './table.ts';

const COLUMNS: readonly (readonly [Column, string])[] = [
  ['name', 'class'],
  ['methods', 'methods'],
  ['awaits', 'awaits'],
  ['notInlined', 'never inlined'],
  ['warnings', 'warnings'],
];

interface State {
  readonly filter: Filter;
  readonly order: Order;
}

export class IndexView extends Component<{ page: IndexPage }, State> {
  override state: State = {
    filter: { text: '', notInlined: false, warned: false },
    order: { column: 'name', descending: false },
  };

  private change(filter: Partial<Filter>): void {
    this.setState({ filter: { ...this.state.filter, ...filter } });
  }

  override render(): JSX.Element {
    const { page } = this.props;
    const { filter, order } = this.state;
    const rows = select(page.rows, filter, order);
    const several = new Set(page.rows.map((row) => row.kind)).size > 1;
    const sum = (column: 'methods' | 'awaits' | 'notInlined' | 'warnings'): number => rows.reduce((all, row) => all + row[column], 0);
    return (
      <main class="index-page">
        <header class="top">
          <h1>{page.title}</h1>
        </header>
        {page.notes.length > 0 && (
          <ul class="notes" aria-label="What is missing">
            {page.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        <form class="filter" role="search" onSubmit={(event) => event.preventDefault()}>
          <label class="search">
            <span>Find a class or method</span>
            <input type="search" value={filter.text} autocomplete="off" spellcheck={false} onInput={(event) => this.change({ text: event.currentTarget.value })} />
          </label>
          <label class="check">
            <input type="checkbox" checked={filter.notInlined} onChange={(event) => this.change({ notInlined: event.currentTarget.checked })} />
            <span>never inlined</span>
          </label>
          <label class="check">
            <input type="checkbox" checked={filter.warned} onChange={(event) => this.change({ warned: event.currentTarget.checked })} />
            <span>with warnings</span>
          </label>
          <p class="said" aria-live="polite">
            {rows.length} of {page.rows.length} {page.rows.length === 1 ? 'class' : 'classes'}
          </p>
        </form>
        <table class="index">
          <thead>
            <tr>
              {COLUMNS.map(([column, title]) => (
                <th
                  key={column}
                  scope="col"
                  class={column === 'name' ? undefined : 'number'}
                  aria-sort={order.column === column ? (order.descending ? 'descending' : 'ascending') : 'none'}
                >
                  <button type="button" onClick={() => this.setState({ order: next(order, column) })}>
                    {title}
                    <span class="arrow" aria-hidden="true">
                      {order.column === column ? (order.descending ? '↓' : '↑') : ''}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.href}>
                <td>
                  <a href={row.href}>
                    <Breakable text={row.name} />
                  </a>
                  {several && <span class="kind">{row.kind}</span>}
                </td>
                <td class="number">{row.methods}</td>
                <td class="number">{row.awaits}</td>
                <td class={`number${row.notInlined > 0 ? '' : ' zero'}`}>{row.notInlined}</td>
                <td class={`number${row.warnings > 0 ? ' warned' : ' zero'}`}>{row.warnings}</td>
              </tr>
            ))}
            {rows.length === 0 && (
              <tr>
                <td colSpan={5} class="missing">
                  {page.rows.length === 0 ? 'There are no async methods here.' : 'No class is like that.'}
                </td>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{rows.length === page.rows.length ? 'all' : 'these'}</th>
              <td class="number">{sum('methods')}</td>
              <td class="number">{sum('awaits')}</td>
              <td class="number">{sum('notInlined')}</td>
              <td class="number">{sum('warnings')}</td>
            </tr>
          </tfoot>
        </table>
      </main>
    );
  }
}
