import hljs from 'highlight.js/lib/core';
import java from 'highlight.js/lib/languages/java';

hljs.registerLanguage('java', java);

/** A stretch of a line in one colour; kind is empty for plain text. */
export interface Token {
  readonly kind: string;
  readonly text: string;
}

const NAMES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

/**
 * The lines of a source in colours. The highlighter answers in HTML; what is in it is taken apart again, so that the page is
 * made of text only.
 */
export function highlight(lines: readonly string[]): Token[][] {
  const html = hljs.highlight(lines.join('\n'), { language: 'java', ignoreIllegals: true }).value;
  const result: Token[][] = [[]];
  const open: string[] = [];
  for (const part of html.match(/<span class="[^"]*">|<\/span>|[^<]+/g) ?? []) {
    if (part === '</span>') {
      open.pop();
    } else if (part.startsWith('<')) {
      open.push(part.slice('<span class="'.length, -2).split(' ')[0]!.replace('hljs-', ''));
    } else {
      const text = part.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => NAMES[name]!);
      text.split('\n').forEach((piece, i) => {
        if (i > 0) result.push([]);
        if (piece !== '') result[result.length - 1]!.push({ kind: open[open.length - 1] ?? '', text: piece });
      });
    }
  }
  return result;
}
