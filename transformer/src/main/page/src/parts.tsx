import type { ComponentChildren, CSSProperties, JSX } from 'preact';
import { runKey, stateKey } from './lights.ts';
import type { Mark, Method, Point } from './model.ts';

/** The colour of a state is the same in all panes. Steps of the golden angle keep neighbours apart. */
export function hue(state: number): number {
  return Math.round((112 + state * 137.508) % 360);
}

export function coloured(state: number): CSSProperties {
  return { '--hue': String(hue(state)) } as CSSProperties;
}

export const keys = (states: readonly number[]): string => states.map(stateKey).join(' ');

/** An await to walk to: several states where the compiler copied it. */
export interface Stop {
  readonly states: readonly number[];
  readonly point: Point;
}

/** In the order of the code. */
export function stops(method: Method): Stop[] {
  const points = new Map(method.points.map((point) => [point.state, point]));
  const groups = (method.source?.marks ?? []).map((mark) => mark.states.filter((state) => points.has(state)));
  const marked = new Set(groups.flat());
  for (const point of method.points) {
    if (point.state > 0 && !marked.has(point.state)) groups.push([point.state]);
  }
  return groups
    .filter((group) => group.length > 0)
    .sort((a, b) => a[0]! - b[0]!)
    .map((states) => ({ states, point: points.get(states[0]!)! }));
}

/** What a state lights elsewhere: its own things, and softly the ways in and out. */
export function targetOfStates(method: Method, states: readonly number[]): { t: string; r: string } {
  const ways = method.edges.flatMap((edge, i) =>
    states.includes(edge.from as number) || states.includes(edge.to as number) ? [`e${i}`] : [],
  );
  return { t: keys(states), r: [...ways, ...states.map(runKey)].join(' ') };
}

export function describe(point: Point): string {
  return point.state === 0 ? 'the start' : point.what + (point.line > 0 ? `, line ${point.line}` : '');
}

/** The numbers of an await, as a button that points at it. */
export function Badge(props: { method: Method; mark: Pick<Mark, 'states'>; where: string }): JSX.Element {
  const { states } = props.mark;
  const point = props.method.points.find((it) => it.state === states[0]);
  const target = targetOfStates(props.method, states);
  const copies = states.length > 1 ? `, copied by the compiler to ${states.length} places` : '';
  return (
    <button
      type="button"
      class="badge"
      style={coloured(states[0]!)}
      data-badge={states.join(' ')}
      data-k={keys(states)}
      data-t={target.t}
      data-r={target.r}
      aria-label={`${props.where} ${states.join(' ')}: ${point ? describe(point) : ''}${copies}`}
    >
      {states.map((state, i) => (
        <>
          {/* Who speaks to the computer says what is to be seen, so it has to be in the name: two numbers are no longer one. */}
          {i > 0 && ' '}
          <span key={state}>{state}</span>
        </>
      ))}
    </button>
  );
}

export function Pane(props: {
  id: string;
  name: string;
  title: string;
  note?: ComponentChildren;
  tools?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={`pane pane-${props.name}`} id={`${props.id}-${props.name}`} aria-labelledby={`${props.id}-${props.name}-title`}>
      <header>
        <h3 id={`${props.id}-${props.name}-title`}>{props.title}</h3>
        {props.note !== undefined && <span class="note">{props.note}</span>}
        {props.tools}
      </header>
      {props.children}
    </section>
  );
}

/** A name that may be broken between its parts. */
export function Breakable({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text.split(/(?<=[.$_(])/).map((part, i) => (
        <>
          {i > 0 && <wbr />}
          {part}
        </>
      ))}
    </>
  );
}

export function Missing(props: { why: string }): JSX.Element {
  return <p class="missing">{props.why}</p>;
}

/** Which part of very many awaits is shown. */
export const PART = 60;

export function Pager(props: { total: number; part: number; go: (part: number) => void }): JSX.Element | null {
  if (props.total <= PART) return null;
  const parts = Math.ceil(props.total / PART);
  const first = props.part * PART + 1;
  return (
    <span class="pager">
      <button type="button" disabled={props.part === 0} aria-label="Awaits before" onClick={() => props.go(props.part - 1)}>
        ‹
      </button>
      {first}–{Math.min(props.total, first + PART - 1)} of {props.total}
      <button type="button" disabled={props.part === parts - 1} aria-label="Awaits after" onClick={() => props.go(props.part + 1)}>
        ›
      </button>
    </span>
  );
}
