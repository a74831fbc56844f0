import type { JSX } from 'preact';
import { draw, type Box, type Way } from './graph.ts';
import { edgeKey, lineKey, stateKey } from './lights.ts';
import type { Method, Place, Point } from './model.ts';
import { Missing, Pager, Pane, coloured, targetOfStates } from './parts.tsx';
import { highlight } from './java.ts';

export function StatesPane(props: {
  method: Method;
  points: readonly Point[];
  part: number;
  go: (part: number) => void;
}): JSX.Element {
  const { method } = props;
  const awaits = method.points.filter((point) => point.state > 0).length;
  return (
    <Pane
      id={method.id}
      name="states"
      title="States"
      note={awaits === 0 ? 'it never suspends' : undefined}
      tools={<Pager total={awaits} part={props.part} go={props.go} />}
    >
      <div class="split">
        <div class="scroll graph" tabIndex={0} role="group" aria-label="Graph of the states">
          <GraphView method={method} points={props.points} />
          {method.edgesMissing !== '' && <Missing why={method.edgesMissing} />}
        </div>
        <div class="scroll code pseudo" tabIndex={0} role="group" aria-label="What runs, as Java of our own">
          <Pseudo method={method} points={props.points} />
        </div>
      </div>
    </Pane>
  );
}

function GraphView({ method, points }: { method: Method; points: readonly Point[] }): JSX.Element {
  const drawing = draw(points, method.edges);
  return (
    <svg
      style={{ width: `${drawing.width}px`, minWidth: `${Math.round(drawing.width * 0.7)}px` }}
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      role="group"
      aria-label={`States of ${method.name}`}
    >
      <defs>
        <marker id={`${method.id}-arrow`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M0 0L8 4L0 8z" class="arrow" />
        </marker>
      </defs>
      {drawing.ways.map((way) => (
        <WayView key={way.index} method={method} way={way} />
      ))}
      {drawing.boxes.map((box) => (
        <BoxView key={box.place} method={method} box={box} />
      ))}
      {drawing.ways.map((way) => (
        <WayLabel key={way.index} way={way} />
      ))}
    </svg>
  );
}

function name(place: Place): string {
  return typeof place === 'number' ? `state ${place}` : place === 'return' ? 'the return' : 'the way out by an exception';
}

function WayView({ method, way }: { method: Method; way: Way }): JSX.Element {
  return (
    <g class={`way way-${way.edge.kind}`} data-k={edgeKey(way.index)} {...target(way)}>
      <path class="wide" d={way.path} />
      <path class="thin" d={way.path} marker-end={`url(#${method.id}-arrow)`} />
      <title>{`${name(way.edge.from)} to ${name(way.edge.to)}: ${way.edge.label}`}</title>
    </g>
  );
}

function target(way: Way): { 'data-t': string; 'data-r': string } {
  const ends = [way.edge.from, way.edge.to].filter((it): it is number => typeof it === 'number');
  return { 'data-t': edgeKey(way.index), 'data-r': ends.map(stateKey).join(' ') };
}

function WayLabel({ way }: { way: Way }): JSX.Element {
  return (
    <g class={`way-label way-${way.edge.kind}`} data-k={edgeKey(way.index)} {...target(way)}>
      <rect x={way.labelX - way.labelWidth / 2} y={way.labelY - 9} width={way.labelWidth} height="18" rx="4" />
      <text x={way.labelX} y={way.labelY + 4} text-anchor="middle">
        {way.label}
      </text>
      <title>{way.edge.label}</title>
    </g>
  );
}

function BoxView({ method, box }: { method: Method; box: Box }): JSX.Element {
  const { place } = box;
  if (typeof place !== 'number') {
    return (
      <g class={`box out out-${place}`}>
        <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="14" />
        <text x={box.x + box.width / 2} y={box.y + 18} text-anchor="middle">
          {box.title}
        </text>
      </g>
    );
  }
  const point = method.points.find((it) => it.state === place)!;
  const out = method.edges.filter((edge) => edge.from === place).map((edge) => `${edge.label} to ${name(edge.to)}`);
  // What is to be seen comes first in the name, so that it can be called by it.
  const seen = `${place} ${box.title} ${box.detail}`;
  const whole = place > 0 && point.what !== box.title ? point.what : '';
  const links = targetOfStates(method, [place]);
  return (
    <g
      class={`box${place === 0 ? ' start' : ''}`}
      style={place === 0 ? undefined : coloured(place)}
      role="button"
      tabindex={0}
      aria-label={[seen, ...(whole === '' ? [] : [whole]), ...out].join('; ')}
      data-badge={place}
      data-k={stateKey(place)}
      data-t={links.t}
      data-r={links.r}
    >
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="7" />
      <circle cx={box.x + 21} cy={box.y + 22} r="12" />
      <text class="count" x={box.x + 21} y={box.y + 26.5} text-anchor="middle">
        {`${place} `}
      </text>
      <text class="what" x={box.x + 41} y={box.y + 19}>
        {`${box.title} `}
      </text>
      <text class="where" x={box.x + 41} y={box.y + 34}>
        {box.detail}
      </text>
    </g>
  );
}

function Pseudo({ method, points }: { method: Method; points: readonly Point[] }): JSX.Element {
  const shown = new Set(points.map((point) => point.state));
  const lines = method.pseudo.filter((line) => line.state === null || shown.has(line.state));
  const colours = highlight(lines.map((line) => line.text));
  return (
    <div class="lines">
      {lines.map((line, i) => {
        const links = line.state === null ? null : targetOfStates(method, [line.state]);
        const own = line.line === null ? '' : lineKey(line.line);
        return (
          <div
            key={i}
            class={`line${!line.state ? '' : ' of-state'}`}
            style={!line.state ? undefined : coloured(line.state)}
            data-k={[line.state === null ? '' : stateKey(line.state), own].join(' ').trim() || undefined}
            data-t={links?.t}
            data-r={links === null ? undefined : `${links.r} ${own}`}
          >
            <span class="text">
              {'  '.repeat(line.indent)}
              {(colours[i] ?? []).map((token, j) => (
                <span key={j} class={token.kind && `h-${token.kind}`}>
                  {token.text}
                </span>
              ))}
            </span>
          </div>
        );
      })}
    </div>
  );
}
