/**
 * Panes that point at each other. Whatever can be pointed at has keys (data-k), and whatever points has the keys that it
 * lights (data-t) and those that it lights more softly (data-r). Pointing is a class on elements, so a hover renders nothing.
 */

export const stateKey = (state: number): string => `s${state}`;
/** What runs in a state, as opposed to the await that it begins with. */
export const runKey = (state: number): string => `x${state}`;
export const lineKey = (line: number): string => `l${line}`;
export const variableKey = (index: number): string => `v${index}`;
export const edgeKey = (index: number): string => `e${index}`;
export const cellKey = (variable: number, state: number): string => `c${variable}.${state}`;

export interface Target {
  readonly lit: readonly string[];
  readonly soft: readonly string[];
}

const words = (text: string | undefined): string[] => (text ? text.split(' ').filter((word) => word !== '') : []);

export function targetOf(element: Element): Target {
  const data = (element as HTMLElement).dataset;
  return { lit: words(data['t']), soft: words(data['r']) };
}

/** The innermost element around this one that points at something. */
export function pointer(from: EventTarget | null): HTMLElement | null {
  return from instanceof Element ? from.closest<HTMLElement>('[data-t]') : null;
}

export class Lights {
  private index = new Map<string, Element[]>();
  private lit: Element[] = [];
  private hovered: Target | null = null;
  private pinned: Target | null = null;

  constructor(private readonly root: ParentNode) {}

  /** After what is shown has changed. */
  refresh(): void {
    this.index.clear();
    for (const element of this.root.querySelectorAll('[data-k]')) {
      for (const key of words((element as HTMLElement).dataset['k'])) {
        const others = this.index.get(key);
        if (others) others.push(element);
        else this.index.set(key, [element]);
      }
    }
    this.show();
  }

  /** Null when nothing is pointed at any more. */
  hover(target: Target | null): void {
    this.hovered = target;
    this.show();
  }

  /** Stays after the pointer has left. */
  pin(target: Target | null): void {
    this.pinned = target;
    this.hovered = null;
    this.show();
  }

  elements(key: string): readonly Element[] {
    return this.index.get(key) ?? [];
  }

  private show(): void {
    for (const element of this.lit) element.classList.remove('lit', 'soft', 'pinned');
    this.lit = [];
    this.light(this.pinned, this.hovered ? 'pinned' : 'lit', this.hovered ? 'pinned' : 'soft');
    this.light(this.hovered, 'lit', 'soft');
  }

  private light(target: Target | null, lit: string, soft: string): void {
    if (target === null) return;
    for (const [keys, name] of [[target.soft, soft], [target.lit, lit]] as const) {
      for (const key of keys) {
        for (const element of this.elements(key)) {
          element.classList.add(name);
          this.lit.push(element);
        }
      }
    }
  }
}

/** Scrolls the pane, and never the page, until the element is in sight. */
export function reveal(element: Element): void {
  const pane = element.closest<HTMLElement>('.scroll');
  if (pane === null || (pane.scrollHeight <= pane.clientHeight && pane.scrollWidth <= pane.clientWidth)) return;
  const inner = element.getBoundingClientRect();
  const outer = pane.getBoundingClientRect();
  const sticky = 40; // the head of a table covers what is below it
  if (inner.top < outer.top + sticky || inner.bottom > outer.bottom) {
    pane.scrollTop += inner.top - outer.top - Math.max(sticky, (outer.height - inner.height) / 3);
  }
  // Sideways only as far as it takes, so that the beginnings of lines stay in sight.
  const gap = 44;
  if (inner.width > outer.width - 2 * gap) {
    if (inner.left > outer.right - gap || inner.right < outer.left + gap) pane.scrollLeft += inner.left - outer.left - gap;
  } else if (inner.right > outer.right - gap) pane.scrollLeft += inner.right - outer.right + gap;
  else if (inner.left < outer.left + gap) pane.scrollLeft += inner.left - outer.left - gap;
}
