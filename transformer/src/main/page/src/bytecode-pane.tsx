import type { JSX } from 'preact';
import { folds, type Fold } from './folds.ts';
import { lineKey, runKey } from './lights.ts';
import type { Instruction, Method } from './model.ts';
import { Badge, Missing, Pane, coloured, keys } from './parts.tsx';

export type Body = 'direct' | 'resuming';

export interface BytecodeState {
  readonly body: Body;
  readonly open: ReadonlySet<number>;
}

export function BytecodePane(props: {
  method: Method;
  state: BytecodeState;
  set: (state: BytecodeState) => void;
}): JSX.Element {
  const { method, state } = props;
  const { bytecode } = method;
  const lines = bytecode === null ? [] : folds(bytecode, state.body);
  const all = lines.length > 0 && lines.every((fold) => state.open.has(fold.line));
  const many = (bytecode?.before.length ?? 0) + (bytecode?.[state.body].length ?? 0) > 6000;
  const choose = (body: Body): JSX.Element => (
    <button type="button" aria-pressed={state.body === body} onClick={() => props.set({ ...state, body })}>
      {body === 'direct' ? 'first run' : 'resumed'}
    </button>
  );
  return (
    <Pane
      id={method.id}
      name="bytecode"
      title="Bytecode"
      note="before and after, by line"
      tools={
        bytecode !== null && (
          <span class="tools">
            <span class="choice" role="group" aria-label="Which body is shown as after">
              {choose('direct')}
              {bytecode.resuming.length > 0 && choose('resuming')}
            </span>
            {!many && (
              <button
                type="button"
                onClick={() => props.set({ ...state, open: all ? new Set() : new Set(lines.map((fold) => fold.line)) })}
              >
                {all ? 'fold all' : 'unfold all'}
              </button>
            )}
          </span>
        )
      }
    >
      <div class="scroll code" tabIndex={0} role="group" aria-label="Bytecode">
        {bytecode === null ? (
          <Missing why={method.bytecodeMissing} />
        ) : (
          <div class="folds">
            {lines.map((fold) => (
              <FoldView
                key={fold.line}
                method={method}
                fold={fold}
                open={state.open.has(fold.line)}
                toggle={() => {
                  const open = new Set(state.open);
                  if (!open.delete(fold.line)) open.add(fold.line);
                  props.set({ ...state, open });
                }}
              />
            ))}
          </div>
        )}
      </div>
    </Pane>
  );
}

function FoldView(props: { method: Method; fold: Fold; open: boolean; toggle: () => void }): JSX.Element {
  const { method, fold, open } = props;
  const { source } = method;
  const text = source === null ? '' : (source.lines[fold.line - source.firstLine] ?? '').trim();
  const named = fold.line > 0 ? String(fold.line) : '–';
  return (
    <div class="fold" data-k={fold.line > 0 ? lineKey(fold.line) : undefined}>
      <div class="fold-head" data-k={keys(fold.states) || undefined} data-t={fold.line > 0 ? lineKey(fold.line) : ''} data-line={fold.line}>
        <button type="button" class="twist" aria-expanded={open} aria-label={`${fold.line > 0 ? `line ${fold.line}` : 'without a line'}: ${fold.before.length} instructions before, ${fold.after.length} after`} onClick={props.toggle}>
          <span class="number">{named}</span>
        </button>
        <span class="text">{text || (fold.line > 0 ? '' : 'without a line')}</span>
        {fold.states.map((state) => (
          <Badge key={state} method={method} mark={{ states: [state] }} where="bytecode of await" />
        ))}
        <span class="counts">
          {fold.before.length} → {fold.after.length}
        </span>
      </div>
      {open && (
        <div class="two">
          <List instructions={fold.before} label="before" />
          <List instructions={fold.after} label="after" />
        </div>
      )}
    </div>
  );
}

/** Without the packages, which would push what differs out of sight; strings are left as they are. */
export function brief(text: string): string {
  return text.includes('"') ? text : text.replace(/(?:[\w$-]+\/)+(?=[\w$])/g, '');
}

function List({ instructions, label }: { instructions: readonly Instruction[]; label: string }): JSX.Element {
  return (
    <ol class="instructions" aria-label={label}>
      {instructions.length === 0 && <li class="none">nothing</li>}
      {instructions.map((instruction, i) => {
        const { state } = instruction;
        return (
          <li
            key={i}
            class={state !== null && state > 0 ? 'of-state' : undefined}
            style={state !== null && state > 0 ? coloured(state) : undefined}
            title={instruction.text}
            data-k={[state === null ? '' : keys([state]), ...instruction.states.map(runKey)].join(' ').trim() || undefined}
          >
            {brief(instruction.text)}
          </li>
        );
      })}
    </ol>
  );
}
