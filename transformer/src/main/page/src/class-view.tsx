import { Component, type JSX } from 'preact';
import { BytecodePane, type BytecodeState } from './bytecode-pane.tsx';
import { FramePane } from './frame-pane.tsx';
import { folds } from './folds.ts';
import { Lights, pointer, reveal, targetOf, type Target } from './lights.ts';
import type { ClassPage, Method, Point } from './model.ts';
import { Breakable, PART, coloured, describe, stops, targetOfStates, type Stop } from './parts.tsx';
import { SourcePane } from './source-pane.tsx';
import { StatesPane } from './states-pane.tsx';

const TABS = [
  ['source', 'Source'],
  ['states', 'States'],
  ['frame', 'Frame'],
  ['bytecode', 'Bytecode'],
] as const;
type Tab = (typeof TABS)[number][0];

interface State {
  readonly current: number;
  /** The await that is pinned; -1 for none. */
  readonly stop: number;
  readonly part: number;
  readonly tab: Tab;
  readonly bytecode: BytecodeState;
}

const NOTHING_OPEN: BytecodeState = { body: 'direct', open: new Set() };

export class ClassView extends Component<{ page: ClassPage; printing: boolean }, State> {
  private root: HTMLElement | null = null;
  private lights: Lights | null = null;
  private pinned: Target | null = null;
  private panes = new Map<string, JSX.Element>();
  private list: { method: Method | null; stops: Stop[] } = { method: null, stops: [] };

  constructor(props: { page: ClassPage; printing: boolean }) {
    super(props);
    this.state = { stop: -1, part: 0, tab: 'source', bytecode: NOTHING_OPEN, ...this.fromAddress(), ...this.start() };
  }

  /** m2 is the third method, m2-5 the state 5 of it. */
  private fromAddress(): { current: number } {
    const asked = /^#m(\d+)/.exec(location.hash);
    const current = asked === null ? 0 : Number(asked[1]);
    return { current: current < this.props.page.methods.length ? current : 0 };
  }

  private start(): Partial<State> {
    const asked = /^#m(\d+)-(\d+)$/.exec(location.hash);
    const method = asked === null ? undefined : this.props.page.methods[Number(asked[1])];
    if (asked === null || method === undefined) return {};
    const state = Number(asked[2]);
    const stop = stops(method).findIndex((it) => it.states.includes(state));
    return stop < 0 ? {} : { stop, part: partOf(state), bytecode: { body: 'direct', open: linesOf(method, [state]) } };
  }

  private get method(): Method | undefined {
    return this.props.page.methods[this.state.current];
  }

  private stopsOf(method: Method): Stop[] {
    if (this.list.method !== method) this.list = { method, stops: stops(method) };
    return this.list.stops;
  }

  override componentDidMount(): void {
    document.addEventListener('keydown', this.onKey);
    window.addEventListener('hashchange', this.onAddress);
    this.lights = new Lights(this.root!);
    this.lights.refresh();
    const stop = this.method && this.stopsOf(this.method)[this.state.stop];
    if (stop !== undefined) this.pin(this.targetOfStop(stop), null);
  }

  override componentWillUnmount(): void {
    document.removeEventListener('keydown', this.onKey);
    window.removeEventListener('hashchange', this.onAddress);
  }

  override componentDidUpdate(): void {
    this.lights!.refresh();
  }

  private onAddress = (): void => {
    const { current } = this.fromAddress();
    const { stop } = this.start();
    if (current !== this.state.current) this.open(current);
    if (stop !== undefined) this.setState({}, () => this.select(this.targetOfStop(this.stopsOf(this.method!)[stop]!), null));
  };

  private open = (current: number): void => {
    if (this.props.page.methods[current] === undefined) return;
    this.pin(null, null);
    this.setState({ current, stop: -1, part: 0, bytecode: NOTHING_OPEN }, () => this.root?.querySelectorAll('.scroll').forEach((it) => it.scrollTo(0, 0)));
    history.replaceState(null, '', `#m${current}`);
  };

  private targetOfStop(stop: Stop): Target {
    const target = targetOfStates(this.method!, stop.states);
    return { lit: target.t.split(' '), soft: target.r.split(' ') };
  }

  /** Marks what is pinned for those who do not see it, and brings it into sight in all panes but the one it came from. */
  private pin(target: Target | null, from: Element | null): void {
    this.pinned = target;
    this.lights?.pin(target);
    for (const badge of this.root?.querySelectorAll('[data-badge]') ?? []) {
      const own = badge.getAttribute('data-badge')!.split(' ').map((it) => `s${it}`);
      if (target?.lit.some((key) => own.includes(key))) badge.setAttribute('aria-current', 'true');
      else badge.removeAttribute('aria-current');
    }
    if (target === null) return;
    const pane = from?.closest('.scroll') ?? null;
    const seen = new Set<Element | null>([pane]);
    for (const key of target.lit) {
      for (const element of this.lights?.elements(key) ?? []) {
        const scroll = element.closest('.scroll');
        if (seen.has(scroll)) continue;
        seen.add(scroll);
        reveal(element);
      }
    }
  }

  /** Opens in all panes what a target means, then pins it. */
  private select(target: Target, from: Element | null): void {
    const method = this.method!;
    const states = target.lit.filter((key) => /^s\d+$/.test(key)).map((key) => Number(key.slice(1)));
    const cell = from?.closest('[data-cell]')?.getAttribute('data-cell');
    if (cell) states.push(Number(cell.split('.')[1]));
    const lines = target.lit.filter((key) => /^l\d+$/.test(key)).map((key) => Number(key.slice(1)));
    const all = this.stopsOf(method);
    const stop = all.findIndex((it) => it.states.some((state) => states.includes(state)));
    const open = new Set([...this.state.bytecode.open, ...linesOf(method, states), ...lines]);
    const shown = states.filter((state) => state > 0);
    this.setState(
      { stop, part: shown.length > 0 ? partOf(shown[0]!) : this.state.part, bytecode: { ...this.state.bytecode, open } },
      () => this.pin(target, from),
    );
    if (stop >= 0) history.replaceState(null, '', `#${method.id}-${all[stop]!.states[0]}`);
  }

  private clear = (): void => {
    this.setState({ stop: -1 });
    this.pin(null, null);
    this.lights?.hover(null);
    if (this.method) history.replaceState(null, '', `#${this.method.id}`);
  };

  private go = (step: number): void => {
    const { method } = this;
    if (method === undefined) return;
    const all = this.stopsOf(method);
    if (all.length === 0) return;
    const from = this.state.stop;
    const to = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, from + step));
    this.select(this.targetOfStop(all[to]!), null);
  };

  private onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement) return;
    const focused = event.target instanceof Element ? event.target : null;
    switch (event.key) {
      case 'j':
      case 'n':
        this.go(1);
        break;
      case 'k':
      case 'p':
        this.go(-1);
        break;
      case '[':
        this.open(this.state.current - 1);
        break;
      case ']':
        this.open(this.state.current + 1);
        break;
      case 'Escape':
        this.clear();
        break;
      case 'Enter':
      case ' ': {
        // Buttons click by themselves; the states of the graph and the cells of the frame do not.
        const at = focused?.closest<HTMLElement>('g[role=button], td[data-cell]');
        if (!at) return;
        this.select(targetOf(at), at);
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  };

  private onHover = (event: Event): void => {
    const at = pointer(event.target);
    this.lights?.hover(at === null ? null : targetOf(at));
  };

  private onLeave = (): void => this.lights?.hover(null);

  private onClick = (event: Event): void => {
    if (event.target instanceof Element && event.target.closest('.twist')) return;
    const at = pointer(event.target);
    if (at === null) return;
    const target = targetOf(at);
    // A second click takes it back.
    if (this.pinned !== null && this.pinned.lit.join() === target.lit.join()) this.clear();
    else this.select(target, at);
  };

  override render(): JSX.Element {
    const { page, printing } = this.props;
    const { method } = this;
    return (
      <div class="class-page" ref={(it) => void (this.root = it)} data-tab={this.state.tab}>
        <header class="top">
          {page.index !== null && (
            <a class="home" href={page.index}>
              All classes
            </a>
          )}
          <h1>{page.title}</h1>
          {page.sourceFile !== null && <span class="file">{page.sourceFile}</span>}
          <span class="help">
            <kbd>j</kbd> <kbd>k</kbd> next and previous await, <kbd>[</kbd> <kbd>]</kbd> methods, <kbd>Esc</kbd> clears
          </span>
        </header>
        {page.notes.length > 0 && (
          <ul class="notes" aria-label="What is missing">
            {page.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        <div class="body">
          <MethodList page={page} current={this.state.current} open={this.open} />
          <main>
            {method === undefined ? (
              <p class="missing">The class has no async methods.</p>
            ) : printing ? (
              page.methods.map((it) => this.article(it, it === method))
            ) : (
              this.article(method, true)
            )}
          </main>
        </div>
      </div>
    );
  }

  private article(method: Method, current: boolean): JSX.Element {
    const { part, tab, bytecode } = this.state;
    const paper = this.props.printing;
    const first = part * PART;
    const points = paper
      ? method.points.slice(0, PART + 1)
      : method.points.filter((it) => (it.state === 0 ? part === 0 : it.state > first && it.state <= first + PART));
    const all = this.stopsOf(method);
    const stop = current ? all[this.state.stop] : undefined;
    return (
      <article key={method.id} id={paper ? `${method.id}-paper` : undefined}>
        <div class="method-head">
          <h2>
            <code>{method.signature}</code>
          </h2>
          <dl class="facts">
            {method.facts.map((fact) => (
              <div key={fact.label}>
                <dt>{fact.label}</dt>
                <dd>{fact.value}</dd>
              </div>
            ))}
          </dl>
          {method.warnings.map((warning) => (
            <p key={warning} class="warning">
              {warning}
            </p>
          ))}
          {!paper && <Walker method={method} all={all} stop={stop} at={this.state.stop} go={this.go} clear={this.clear} />}
        </div>
        {!paper && (
          <div class="tabs" role="group" aria-label="Panes">
            {TABS.map(([name, title]) => (
              <button key={name} type="button" aria-pressed={tab === name} onClick={() => this.setState({ tab: name }, () => this.pin(this.pinned, null))}>
                {title}
              </button>
            ))}
          </div>
        )}
        <div class="panes" onPointerOver={this.onHover} onPointerLeave={this.onLeave} onFocusIn={this.onHover} onFocusOut={this.onLeave} onClick={this.onClick}>
          {this.kept(`${method.id} source`, () => (
            <SourcePane method={method} />
          ))}
          {this.kept(`${method.id} states ${part} ${paper}`, () => (
            <StatesPane method={method} points={points} part={part} go={this.toPart} />
          ))}
          {this.kept(`${method.id} frame ${part} ${paper}`, () => (
            <FramePane method={method} points={points} part={part} go={this.toPart} />
          ))}
          <BytecodePane method={method} state={current ? bytecode : NOTHING_OPEN} set={this.setBytecode} />
        </div>
      </article>
    );
  }

  /** The same element again, so that nothing of a pane that has not changed is rendered. */
  private kept(key: string, make: () => JSX.Element): JSX.Element {
    const known = this.panes.get(key);
    if (known !== undefined) return known;
    if (this.panes.size > 200) this.panes.clear();
    const made = make();
    this.panes.set(key, made);
    return made;
  }

  private toPart = (part: number): void => this.setState({ part });

  private setBytecode = (bytecode: BytecodeState): void => this.setState({ bytecode });
}

function partOf(state: number): number {
  return Math.floor(Math.max(0, state - 1) / PART);
}

/** The lines whose bytecode has the awaits of some states. */
function linesOf(method: Method, states: readonly number[]): Set<number> {
  if (method.bytecode === null || states.length === 0) return new Set();
  return new Set(
    folds(method.bytecode, 'direct')
      .filter((fold) => fold.states.some((state) => states.includes(state)))
      .map((fold) => fold.line),
  );
}

function MethodList(props: { page: ClassPage; current: number; open: (index: number) => void }): JSX.Element {
  const { page, current } = props;
  return (
    <nav class="methods" aria-label="Async methods">
      <h2>
        {page.methods.length} async {page.methods.length === 1 ? 'method' : 'methods'}
      </h2>
      <label class="select">
        <span class="hidden">Method</span>
        <select value={String(current)} onChange={(event) => props.open(Number(event.currentTarget.value))}>
          {page.methods.map((method, i) => (
            <option key={method.id} value={String(i)}>
              {method.name}
            </option>
          ))}
        </select>
      </label>
      <ol>
        {page.methods.map((method, i) => {
          const awaits = method.points.length - 1;
          return (
            <li key={method.id}>
              <a
                href={`#${method.id}`}
                aria-current={i === current ? 'page' : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  props.open(i);
                }}
              >
                <span class="name">
                  <Breakable text={method.name} />
                </span>
                {method.warnings.length > 0 && (
                  <span class="warned" role="img" aria-label="has warnings">
                    !
                  </span>
                )}
                <span class="count">
                  {awaits}
                  <span class="hidden"> awaits</span>
                </span>
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** Says which await is pinned, in one line that is always there, so that nothing moves. */
function Walker(props: {
  method: Method;
  all: readonly Stop[];
  stop: Stop | undefined;
  at: number;
  go: (step: number) => void;
  clear: () => void;
}): JSX.Element {
  const { method, all, stop } = props;
  return (
    <div class="walker" role="group" aria-label="Awaits of the method">
      <button type="button" aria-label="Previous await" disabled={all.length === 0 || props.at === 0} onClick={() => props.go(-1)}>
        ↑
      </button>
      <button type="button" aria-label="Next await" disabled={all.length === 0 || props.at === all.length - 1} onClick={() => props.go(1)}>
        ↓
      </button>
      <p class="said" aria-live="polite">
        {stop === undefined ? (
          <span class="quiet">
            {all.length === 0
              ? 'It never suspends.'
              : `${all.length} ${all.length === 1 ? 'await' : 'awaits'}. Point at one, at a state, a line or a cell: the other panes show the same.`}
          </span>
        ) : (
          <>
            <span class="badge still" style={coloured(stop.states[0]!)}>
              {stop.states.map((state) => (
                <span key={state}>{state}</span>
              ))}
            </span>
            <span class="what">{describe(stop.point)}</span>
            <span class="keeps">{keeps(method, stop.point)}</span>
          </>
        )}
      </p>
      {stop !== undefined && (
        <button type="button" class="clear" onClick={props.clear}>
          clear
        </button>
      )}
    </div>
  );
}

function keeps(method: Method, point: Point): string {
  const saved = method.variables.filter((it) => it.cells.get(point.state)?.saved).map((it) => it.name);
  return saved.length === 0 ? 'saves nothing' : `saves ${saved.join(', ')}`;
}
