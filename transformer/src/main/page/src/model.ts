/** What a page shows. It is made from the inspection document by adapt.ts, and everything in it is plain text. */

export interface ClassPage {
  readonly type: 'class';
  readonly title: string;
  /** The way to the index, relative to this page. */
  readonly index: string | null;
  readonly sourceFile: string | null;
  /** What is missing, and why. */
  readonly notes: readonly string[];
  readonly methods: readonly Method[];
}

export interface IndexPage {
  readonly type: 'index';
  readonly title: string;
  readonly notes: readonly string[];
  readonly rows: readonly IndexRow[];
}

export interface IndexRow {
  readonly name: string;
  readonly href: string;
  readonly kind: string;
  readonly methods: number;
  readonly awaits: number;
  readonly notInlined: number;
  readonly warnings: number;
  /** What is searched beside the name: the names of the methods. */
  readonly words: string;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Method {
  /** A part of the address of the page: m0, m1, … */
  readonly id: string;
  /** Short, for lists: total(String, int). */
  readonly name: string;
  readonly signature: string;
  readonly facts: readonly Fact[];
  readonly warnings: readonly string[];
  readonly source: Source | null;
  /** Why there is no source; empty if there is. */
  readonly sourceMissing: string;
  readonly points: readonly Point[];
  readonly edges: readonly Edge[];
  /** Why the states have no ways between them; empty if they have. */
  readonly edgesMissing: string;
  readonly variables: readonly Variable[];
  readonly pseudo: readonly PseudoLine[];
  readonly bytecode: Bytecode | null;
  readonly bytecodeMissing: string;
}

export interface Source {
  readonly firstLine: number;
  readonly lines: readonly string[];
  readonly marks: readonly Mark[];
}

/** An await in the source: lines and columns from 1, both ends included. Without columns it is somewhere on its line. */
export interface Mark {
  readonly firstLine: number;
  readonly firstColumn: number;
  readonly lastLine: number;
  readonly lastColumn: number;
  readonly states: readonly number[];
}

/** A suspension point; state 0 is the beginning and none. */
export interface Point {
  readonly state: number;
  readonly line: number;
  readonly what: string;
  /** The same, as short as it gets. */
  readonly short: string;
}

/** To a state, or out of the method. */
export type Place = number | 'return' | 'throw';

export interface Edge {
  readonly from: Place;
  readonly to: Place;
  readonly label: string;
  readonly kind: 'next' | 'loop' | 'branch' | 'catch' | 'exit';
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly cells: ReadonlyMap<number, Cell>;
}

export interface Cell {
  readonly saved: boolean;
  /** The field of the frame, if it is saved. */
  readonly field: string;
  readonly why: string;
  /** The lines that the reason names. */
  readonly lines: readonly number[];
}

export interface PseudoLine {
  readonly indent: number;
  readonly text: string;
  readonly state: number | null;
  readonly line: number | null;
}

export interface Bytecode {
  readonly before: readonly Instruction[];
  readonly direct: readonly Instruction[];
  readonly resuming: readonly Instruction[];
}

export interface Instruction {
  readonly line: number;
  /** The suspension point that this instruction is. */
  readonly state: number | null;
  /** The states that it may run in. */
  readonly states: readonly number[];
  readonly text: string;
}
