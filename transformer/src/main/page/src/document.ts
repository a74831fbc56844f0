/** The inspection document as docs/schema/inspection-1.schema.json describes it, and what the pages are given around it. */

export interface Embedded {
  readonly page: 'class' | 'index';
  /** Of a class: the way to the index. */
  readonly index?: string;
  /** Of a class. */
  readonly inspection?: Inspection;
  /** Of the index. */
  readonly rows?: readonly Row[];
  readonly problems?: readonly Problem[];
}

export interface Row {
  readonly title: string;
  readonly folder: string;
  readonly href: string;
  readonly methods: readonly string[];
  readonly awaits: number;
  readonly neverInlined: number;
  readonly warnings: number;
}

export interface Inspection {
  readonly schema: number;
  readonly classes: readonly InspectedClass[];
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly class: string;
  readonly text: string;
}

export interface InspectedClass {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  readonly version: string;
  readonly sourceFile?: string;
  readonly source?: { readonly lines: readonly string[]; readonly problem?: string };
  readonly methods: readonly InspectedMethod[];
}

export type Range = readonly [number, number];

export interface InspectedMethod {
  readonly title: string;
  readonly name: string;
  readonly descriptor: string;
  readonly kind: 'cold' | 'hot' | 'test';
  readonly static: boolean;
  readonly lambda: boolean;
  readonly line: number;
  readonly lastLine: number;
  readonly states: readonly InspectedState[];
  readonly points: readonly InspectedPoint[];
  readonly frame: { readonly class: string; readonly header: number; readonly bytes: number };
  readonly size: {
    readonly before: number;
    readonly direct: number;
    readonly resuming: number;
    readonly inlineLimit: number;
    readonly compileLimit: number;
  };
  readonly warnings: readonly string[];
  readonly source?: {
    readonly firstLine: number;
    readonly lastLine: number;
    readonly signature: string;
    readonly marks: readonly InspectedMark[];
    readonly unmarked: readonly number[];
  };
  readonly bytecode: {
    readonly before: readonly InspectedInstruction[];
    readonly direct: readonly InspectedInstruction[];
    readonly resuming: readonly InspectedInstruction[];
    readonly problem?: string;
  };
}

export interface InspectedState {
  readonly state: number;
  readonly lines: readonly Range[];
  readonly next: readonly InspectedEdge[];
  /** Whether more points may follow than are listed. */
  readonly more?: true;
}

export interface InspectedEdge {
  readonly to?: number;
  readonly how: 'next' | 'loop' | 'catch' | 'finally' | 'return' | 'throw';
  readonly type?: string;
  readonly line?: number;
}

export interface InspectedPoint {
  readonly point: number;
  readonly line: number;
  readonly ordinal: number;
  readonly what: string;
  readonly call: { readonly how: string; readonly why: string; readonly withoutAllocation: 'yes' | 'if-woven' | 'no' | 'unknown' };
  readonly saved: readonly InspectedSaved[];
  readonly dropped: readonly { readonly name: string; readonly why: 'dead' | 'null' | 'zeroed'; readonly reason: string }[];
  readonly handlers: readonly { readonly type?: string; readonly line: number; readonly range: Range }[];
}

export interface InspectedSaved {
  readonly name: string;
  readonly type: string;
  readonly field: string;
  readonly reason: string;
  readonly readAt?: number;
  readonly slot?: number;
}

export interface InspectedMark {
  readonly firstLine: number;
  readonly firstColumn: number;
  readonly lastLine: number;
  readonly lastColumn: number;
  readonly points: readonly number[];
}

export interface InspectedInstruction {
  readonly text: string;
  readonly label?: string;
  readonly line: number;
  readonly states: readonly number[];
  readonly point?: number;
}
