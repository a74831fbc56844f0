import { Graph, layout } from '@dagrejs/dagre';
import type { Edge, Place, Point } from './model.ts';

export interface Box {
  readonly place: Place;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly detail: string;
}

export interface Way {
  readonly index: number;
  readonly edge: Edge;
  readonly path: string;
  /** Of the edge, as much as there is room for. */
  readonly label: string;
  readonly labelX: number;
  readonly labelY: number;
  readonly labelWidth: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly ways: readonly Way[];
}

const CHARACTER = 6.7; // of the label's font at 11.5px, rather more than less
const MARGIN = 14;

export function shorten(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most - 1) + '…';
}

function name(place: Place): string {
  return String(place);
}

/** Lays out the states of a method, the beginning on top. Ways to states that are not shown are left out. */
export function draw(points: readonly Point[], edges: readonly Edge[]): Drawing {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, ranksep: 30, edgesep: 14, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map<string, { place: Place; title: string; detail: string }>();
  const add = (place: Place, title: string, detail: string): void => {
    boxes.set(name(place), { place, title, detail });
    const characters = Math.max(title.length, detail.length);
    const width = typeof place === 'number' ? Math.max(110, 52 + characters * 7) : 30 + title.length * 6.9;
    graph.setNode(name(place), { width, height: typeof place === 'number' ? 44 : 28 });
  };
  for (const point of points) {
    const line = point.line > 0 ? `line ${point.line}` : 'line unknown';
    add(point.state, shorten(point.short, 26), line);
  }
  for (const edge of edges) {
    if (edge.to === 'return' && !boxes.has('return')) add('return', 'returns', '');
    if (edge.to === 'throw' && !boxes.has('throw')) add('throw', 'throws', '');
  }
  const shown: [number, Edge][] = [];
  edges.forEach((edge, index) => {
    if (boxes.has(name(edge.from)) && boxes.has(name(edge.to))) {
      shown.push([index, edge]);
      const label = shorten(edge.label, 30);
      graph.setEdge(
        name(edge.from),
        name(edge.to),
        { label, width: label.length * CHARACTER + 10, height: 18, labelpos: 'c', weight: edge.kind === 'next' ? 4 : 1 },
        String(index),
      );
    }
  });
  layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(size.width ?? 0),
    height: Math.ceil(size.height ?? 0),
    boxes: [...boxes].map(([id, box]) => {
      const node = graph.node(id) as unknown as { x: number; y: number; width: number; height: number };
      return { ...box, x: node.x - node.width / 2, y: node.y - node.height / 2, width: node.width, height: node.height };
    }),
    ways: shown.map(([index, edge]) => {
      const laid = graph.edge(name(edge.from), name(edge.to), String(index)) as unknown as {
        points: { x: number; y: number }[];
        x?: number;
        y?: number;
        width: number;
        label: string;
      };
      const middle = laid.points[Math.floor(laid.points.length / 2)]!;
      const labelX = laid.x ?? middle.x;
      const labelY = laid.y ?? middle.y;
      const own = graph.node(name(edge.from)) as unknown as { x: number; y: number; width: number };
      const path = edge.from === edge.to ? around(own, labelX, labelY) : curve(laid.points);
      return { index, edge, path, label: laid.label, labelX, labelY, labelWidth: laid.width };
    }),
  };
}

/** Out of the right side of a box, through its label and back. */
function around(box: { x: number; y: number; width: number }, labelX: number, labelY: number): string {
  const side = box.x + box.width / 2;
  const far = ((labelX - side / 4) * 4) / 3;
  return `M${side.toFixed(1)} ${(box.y - 8).toFixed(1)}C${far.toFixed(1)} ${(labelY - 26).toFixed(1)} ${far.toFixed(1)} ${(labelY + 26).toFixed(1)} ${side.toFixed(1)} ${(box.y + 8).toFixed(1)}`;
}

/** Through the middles of the stretches, with the corners as control points. */
function curve(points: readonly { x: number; y: number }[]): string {
  const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const first = points[0]!;
  const last = points[points.length - 1]!;
  let path = `M${at(first.x, first.y)}`;
  for (let i = 1; i < points.length - 1; i++) {
    const corner = points[i]!;
    const next = points[i + 1]!;
    const end = i === points.length - 2 ? next : { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 };
    path += `Q${at(corner.x, corner.y)} ${at(end.x, end.y)}`;
  }
  return points.length < 3 ? path + `L${at(last.x, last.y)}` : path;
}
