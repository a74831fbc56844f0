import type { JSX } from 'preact';
import { highlight } from './java.ts';
import { lineKey } from './lights.ts';
import type { Mark, Method } from './model.ts';
import { Badge, Missing, Pane, coloured, keys, targetOfStates } from './parts.tsx';
import { indentOf, loose, segments } from './segments.ts';

export function SourcePane({ method }: { method: Method }): JSX.Element {
  const { source } = method;
  return (
    <Pane id={method.id} name="source" title="Source" note={source ? 'awaits are numbered by their states' : undefined}>
      <div class="scroll code" tabIndex={0} role="group" aria-label="Source">
        {source === null ? <Missing why={method.sourceMissing} /> : <Lines method={method} />}
      </div>
    </Pane>
  );
}

function Lines({ method }: { method: Method }): JSX.Element {
  const source = method.source!;
  const indent = indentOf(source.lines);
  const byLine = new Map<number, Mark[]>();
  for (const mark of source.marks) {
    for (let line = mark.firstLine; line <= mark.lastLine; line++) byLine.set(line, [...(byLine.get(line) ?? []), mark]);
  }
  return (
    <ol class="lines" start={source.firstLine}>
      {highlight(source.lines).map((tokens, i) => {
        const number = source.firstLine + i;
        const marks = byLine.get(number) ?? [];
        return (
          <li key={number} class="line" data-k={lineKey(number)} data-t={lineKey(number)} data-line={number}>
            <span class="number">{number}</span>
            <span class="text">
              {segments(tokens, number, marks, indent).map((segment, j) => (
                <>
                  <Stretch key={j} method={method} kind={segment.kind} text={segment.text} mark={segment.mark} />
                  {segment.ends.map((mark) => (
                    <Badge key={mark.states.join()} method={method} mark={mark} where="await" />
                  ))}
                </>
              ))}
              {loose(number, source.lines[i] ?? '', marks).map((mark) => (
                <Badge key={mark.states.join()} method={method} mark={mark} where="suspension" />
              ))}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Stretch(props: { method: Method; kind: string; text: string; mark: Mark | null }): JSX.Element {
  const { mark } = props;
  if (mark === null) return <span class={props.kind && `h-${props.kind}`}>{props.text}</span>;
  const target = targetOfStates(props.method, mark.states);
  return (
    <span
      class={`mark ${props.kind && `h-${props.kind}`}`}
      style={coloured(mark.states[0]!)}
      data-k={keys(mark.states)}
      data-t={target.t}
      data-r={target.r}
    >
      {props.text}
    </span>
  );
}
