/** A QR code as one path, from rows of 0 and 1. */
import { html, svg } from 'lit';

/** The quiet zone that readers want around it, in modules. */
const MARGIN = 4;

/** @param {string[]} rows @param {string} label */
export function qr(rows, label) {
  const size = rows.length + 2 * MARGIN;
  const path = rows
    .flatMap((row, y) => [...row].map((bit, x) => (bit === '1' ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : '')))
    .join('');
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">${svg`<path d=${path}></path>`}</svg>`;
}
