import type { Bytecode, Instruction } from './model.ts';

/** The instructions of a line, before and after, side by side. */
export interface Fold {
  /** 0 for instructions without a line. */
  readonly line: number;
  readonly before: readonly Instruction[];
  readonly after: readonly Instruction[];
  readonly states: readonly number[];
}

/** Folds by line, in the order of the lines; what has no line comes first. */
export function folds(code: Bytecode, body: 'direct' | 'resuming'): Fold[] {
  const lines = new Map<number, { before: Instruction[]; after: Instruction[]; states: Set<number> }>();
  const of = (line: number) => {
    let fold = lines.get(line);
    if (fold === undefined) lines.set(line, (fold = { before: [], after: [], states: new Set() }));
    return fold;
  };
  for (const instruction of code.before) of(instruction.line).before.push(instruction);
  for (const instruction of code[body]) of(instruction.line).after.push(instruction);
  for (const instruction of [...code.before, ...code[body]]) {
    if (instruction.state !== null && instruction.state > 0) of(instruction.line).states.add(instruction.state);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .map(([line, fold]) => ({ line, before: fold.before, after: fold.after, states: [...fold.states].sort((a, b) => a - b) }));
}
