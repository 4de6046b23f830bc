/** The lines in which two texts differ: the longest common subsequence, over what lies between equal ends. */

/** Past so many cells a whole block counts as changed: the page stays quick. */
const CELLS = 4_000_000;

/** @typedef {{kind: 'same' | 'gone' | 'new', text: string}} Line */

/** @param {string} before @param {string} after @returns {Line[]} */
export function difference(before, after) {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  /** @param {string[]} lines @param {Line['kind']} kind @returns {Line[]} */
  const as = (lines, kind) => lines.map((text) => ({ kind, text }));
  return [
    ...as(a.slice(0, head), 'same'),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), as),
    ...as(a.slice(a.length - tail), 'same'),
  ];
}

/**
 * @param {string[]} a @param {string[]} b
 * @param {(lines: string[], kind: Line['kind']) => Line[]} as
 * @returns {Line[]}
 */
function middle(a, b, as) {
  if (a.length * b.length > CELLS) return [...as(a, 'gone'), ...as(b, 'new')];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  /** @type {Line[]} */
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] ?? '' });
      i++;
      j++;
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) {
      lines.push({ kind: 'gone', text: a[i++] ?? '' });
    } else {
      lines.push({ kind: 'new', text: b[j++] ?? '' });
    }
  }
  return [...lines, ...as(a.slice(i), 'gone'), ...as(b.slice(j), 'new')];
}
