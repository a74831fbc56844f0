import type { Embedded, InspectedClass, InspectedEdge, InspectedMethod, InspectedInstruction } from './document.ts';
import type { Cell, ClassPage, Edge, Fact, IndexPage, Instruction, Mark, Method, Source, Variable } from './model.ts';
import { pseudo, short, simpleName } from './pseudo.ts';

const SCHEMA = 1;

export function adapt(document: Embedded): ClassPage | IndexPage {
  return document.page === 'index' ? index(document) : page(document);
}

function index(document: Embedded): IndexPage {
  return {
    type: 'index',
    title: 'Async methods',
    notes: (document.problems ?? []).map((problem) => problem.text),
    rows: (document.rows ?? []).map((row) => ({
      name: row.title,
      href: row.href,
      kind: row.folder,
      methods: row.methods.length,
      awaits: row.awaits,
      notInlined: row.neverInlined,
      warnings: row.warnings,
      words: row.methods.join(' '),
    })),
  };
}

function page(document: Embedded): ClassPage {
  const { inspection } = document;
  const shown = inspection?.classes[0];
  if (inspection === undefined || shown === undefined) throw new Error('there is no class in it');
  if (inspection.schema !== SCHEMA) throw new Error(`its data are of version ${inspection.schema}, and not ${SCHEMA}`);
  return {
    type: 'class',
    title: shown.title,
    index: document.index ?? null,
    sourceFile: shown.sourceFile ?? null,
    notes: [...sourceNotes(shown), ...inspection.problems.map((problem) => problem.text)],
    methods: shown.methods.map((method, i) => adaptMethod(shown, method, `m${i}`)),
  };
}

function sourceNotes(shown: InspectedClass): string[] {
  if (shown.sourceFile === undefined) {
    return ['The class file does not name its source: it was compiled without debug information (-g), so lines and names are missing.'];
  }
  if (shown.source === undefined) return [`${shown.sourceFile} was not found among the sources.`];
  return shown.source.problem === undefined ? [] : [`${shown.sourceFile} ${shown.source.problem}`];
}

function missingSource(shown: InspectedClass): string {
  const why = sourceNotes(shown)[0];
  return why ?? `This method was not found in ${shown.sourceFile}. Does the file belong to this class?`;
}

const KINDS = {
  cold: 'cold, runs when awaited or started as a task',
  hot: 'hot, starts when it is called',
  test: 'test, a call runs it to its end',
};

function adaptMethod(shown: InspectedClass, method: InspectedMethod, id: string): Method {
  const source = sourceOf(shown, method);
  const { size } = method;
  const facts: Fact[] = [
    { label: 'kind', value: KINDS[method.kind] },
    {
      label: 'bytecode',
      value:
        `${size.before} bytes before, now ${size.direct}` + (size.resuming > 0 ? `, and ${size.resuming} to resume` : ''),
    },
    {
      label: 'inlining',
      value: size.direct <= size.inlineLimit ? 'inlined when hot' : `never inlined: over ${size.inlineLimit} bytes`,
    },
  ];
  if (method.points.length > 0) facts.push({ label: 'frame', value: `${method.frame.bytes} bytes, ${method.frame.class.slice(method.frame.class.lastIndexOf('/') + 1)}` });
  const { bytecode } = method;
  const empty = bytecode.before.length === 0 && bytecode.direct.length === 0;
  return {
    id,
    name: method.title,
    signature: method.source?.signature ?? method.title,
    facts,
    warnings: method.warnings,
    source,
    sourceMissing: source === null ? missingSource(shown) : '',
    points: [
      { state: 0, line: method.line, what: 'the start', short: 'the start' },
      ...method.points.map((point) => ({ state: point.point, line: point.line, what: point.what, short: short(point.what) })),
    ],
    edges: method.states.flatMap((state) => together(state.next.map((edge) => edgeOf(state.state, edge)))),
    edgesMissing: notListed(method),
    variables: variables(method),
    pseudo: pseudo(method, source === null ? null : shown.source!.lines),
    bytecode: empty
      ? null
      : {
          before: bytecode.before.map(instruction),
          direct: bytecode.direct.map(instruction),
          resuming: bytecode.resuming.map(instruction),
        },
    bytecodeMissing: bytecode.problem ?? (empty ? 'The class files were not found.' : ''),
  };
}

function notListed(method: InspectedMethod): string {
  return method.states.some((state) => state.more) ? 'There are more ways between states: the method has too many to list them all.' : '';
}

function sourceOf(shown: InspectedClass, method: InspectedMethod): Source | null {
  const excerpt = method.source;
  if (excerpt === undefined || shown.source === undefined) return null;
  const marks: Mark[] = excerpt.marks.map(({ points, ...range }) => ({ ...range, states: points }));
  for (const number of excerpt.unmarked) {
    const line = method.points.find((point) => point.point === number)?.line ?? 0;
    const same = marks.find((mark) => mark.firstColumn === 0 && mark.firstLine === line);
    if (same !== undefined) marks[marks.indexOf(same)] = { ...same, states: [...same.states, number] };
    else marks.push({ firstLine: line, firstColumn: 0, lastLine: line, lastColumn: 0, states: [number] });
  }
  return { firstLine: excerpt.firstLine, lines: shown.source.lines.slice(excerpt.firstLine - 1, excerpt.lastLine), marks };
}

function edgeOf(from: number, edge: InspectedEdge): Edge {
  switch (edge.how) {
    case 'next':
      return { from, to: edge.to!, label: 'goes on', kind: 'next' };
    case 'loop':
      return { from, to: edge.to!, label: 'loop', kind: 'loop' };
    case 'catch':
      return { from, to: edge.to ?? 'return', label: `catch ${simpleName(edge.type ?? '')}`, kind: 'catch' };
    case 'finally':
      return { from, to: edge.to ?? 'throw', label: 'finally, after a failure', kind: 'catch' };
    case 'return':
      return { from, to: 'return', label: 'left by return', kind: 'exit' };
    case 'throw':
      return { from, to: 'throw', label: 'left by an exception', kind: 'exit' };
  }
}

/** The types that lead from one state to the same other one, as a multi-catch has them, are one way. */
function together(edges: readonly Edge[]): Edge[] {
  const result: Edge[] = [];
  for (const edge of edges) {
    const same = result.findIndex((it) => it.kind === 'catch' && edge.kind === 'catch' && it.to === edge.to && it.label.startsWith('catch') && edge.label.startsWith('catch'));
    if (same < 0) result.push(edge);
    else result[same] = { ...edge, label: `${result[same]!.label} | ${edge.label.slice('catch '.length)}` };
  }
  return result;
}

function instruction(it: InspectedInstruction): Instruction {
  return { line: it.line, state: it.point ?? null, states: it.states, text: it.label === undefined ? it.text : `${it.label}: ${it.text}` };
}

/** What is a variable of the frame's table: same name, type and place. Values on the operand stack come last. */
function variables(method: InspectedMethod): Variable[] {
  const found = new Map<string, { name: string; type: string; cells: Map<number, Cell> }>();
  for (const point of method.points) {
    for (const saved of point.saved) {
      const type = simpleName(saved.type);
      const key = `${saved.name}\n${type}\n${saved.slot ?? ''}`;
      let row = found.get(key);
      if (row === undefined) found.set(key, (row = { name: saved.name, type, cells: new Map() }));
      row.cells.set(point.point, {
        saved: true,
        field: saved.field,
        why: saved.reason,
        lines: saved.readAt === undefined ? [] : [saved.readAt],
      });
    }
  }
  for (const point of method.points) {
    for (const dropped of point.dropped) {
      let row = [...found.values()].find((it) => it.name === dropped.name && !it.cells.has(point.point));
      if (row === undefined) found.set(`${dropped.name}\ndropped`, (row = { name: dropped.name, type: '', cells: new Map() }));
      row.cells.set(point.point, { saved: false, field: '', why: dropped.reason, lines: [] });
    }
  }
  const rank = (name: string): number => (name === 'this' ? 0 : name.startsWith('operand stack') ? 2 : 1);
  return [...found.values()].sort((a, b) => rank(a.name) - rank(b.name));
}
