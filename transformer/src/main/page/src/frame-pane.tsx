import type { JSX } from 'preact';
import { cellKey, lineKey, stateKey, variableKey } from './lights.ts';
import type { Method, Point, Variable } from './model.ts';
import { Badge, Missing, Pager, Pane, coloured } from './parts.tsx';

export function FramePane(props: {
  method: Method;
  points: readonly Point[];
  part: number;
  go: (part: number) => void;
}): JSX.Element {
  const { method } = props;
  const points = props.points.filter((point) => point.state > 0);
  const all = method.points.filter((point) => point.state > 0).length;
  return (
    <Pane
      id={method.id}
      name="frame"
      title="Frame"
      note="what is saved where it suspends, and why"
      tools={<Pager total={all} part={props.part} go={props.go} />}
    >
      <div class="scroll" tabIndex={0} role="group" aria-label="Frame">
        {all === 0 ? (
          <Missing why="It never suspends, so nothing is saved." />
        ) : method.variables.length === 0 ? (
          <Missing why="There is nothing to save: no local variable is in scope where it suspends." />
        ) : (
          <FrameTable method={method} points={points} />
        )}
      </div>
    </Pane>
  );
}

/** The reason without what is remarked on it; the whole is the title of the cell. */
function shortly(why: string): string {
  return why.split(';')[0]!;
}

function FrameTable({ method, points }: { method: Method; points: readonly Point[] }): JSX.Element {
  return (
    <table class="frame" role="grid" aria-label={`Variables of ${method.name} at its awaits`} onKeyDown={walk}>
      <thead>
        <tr>
          <th scope="col" class="corner">
            variable
          </th>
          {points.map((point) => (
            <th key={point.state} scope="col" data-k={stateKey(point.state)} style={coloured(point.state)}>
              <Badge method={method} mark={{ states: [point.state] }} where="await" />
              {point.line > 0 && <span class="where">line {point.line}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {method.variables.map((variable, i) => (
          <Row key={i} variable={variable} index={i} points={points} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ variable, index, points }: { variable: Variable; index: number; points: readonly Point[] }): JSX.Element {
  const saved = [...variable.cells].filter(([, cell]) => cell.saved).map(([state]) => state);
  const first = points.findIndex((point) => variable.cells.has(point.state));
  return (
    <tr>
      <th
        scope="row"
        data-k={variableKey(index)}
        data-t={[variableKey(index), ...saved.map((state) => cellKey(index, state))].join(' ')}
        data-r={saved.map(stateKey).join(' ')}
      >
        <code>{variable.name}</code>
        <span class="type">{variable.type}</span>
      </th>
      {points.map((point, column) => {
        const cell = variable.cells.get(point.state);
        const { state } = point;
        if (cell === undefined) {
          return (
            <td key={state} class="absent" data-k={stateKey(state)}>
              <span class="hidden">not in scope</span>
            </td>
          );
        }
        const says = cell.saved
          ? `${variable.name} is saved in ${cell.field} at await ${state}: ${cell.why}`
          : `${variable.name} is dropped at await ${state}: ${cell.why}`;
        return (
          <td
            key={state}
            class={cell.saved ? 'saved' : 'dropped'}
            style={coloured(state)}
            tabIndex={index === 0 && column === first ? 0 : -1}
            title={says}
            data-cell={`${index}.${state}`}
            data-k={`${cellKey(index, state)} ${stateKey(state)}`}
            data-t={[cellKey(index, state), variableKey(index), ...cell.lines.map(lineKey)].join(' ')}
            data-r={stateKey(state)}
          >
            {cell.saved && <span class="hidden">saved in </span>}
            <span class="field">{cell.saved ? cell.field : 'dropped'}</span>
            <span class="why">{shortly(cell.why)}</span>
          </td>
        );
      })}
    </tr>
  );
}

/** The arrow keys go from cell to cell; the table is one stop of the Tab key. */
function walk(event: KeyboardEvent): void {
  const cell = (event.target as Element).closest('td');
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (cell === null || step === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const rows = [...cell.closest('tbody')!.rows];
  let row = rows.indexOf(cell.parentElement as HTMLTableRowElement);
  let column = cell.cellIndex;
  for (;;) {
    row += step[0]!;
    column += step[1]!;
    const there = rows[row]?.cells[column];
    if (there === undefined || column === 0) return;
    if (there.hasAttribute('data-cell')) {
      cell.tabIndex = -1;
      there.tabIndex = 0;
      there.focus();
      return;
    }
  }
}
