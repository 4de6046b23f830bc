/** When a credential was used: a bar per slice of the last day. */
import { html, svg } from 'lit';
import { count } from './text.js';

const SLICES = 48;
const DAY_MS = 86_400_000;

/** @param {any[]} entries ledger entries of one credential's uses and refusals @param {string} name */
export function timeline(entries, name) {
  const now = Date.now();
  const used = new Array(SLICES).fill(0);
  const refused = new Array(SLICES).fill(0);
  for (const entry of entries) {
    const age = now - Date.parse(entry.at);
    if (age >= 0 && age < DAY_MS) {
      const slice = SLICES - 1 - Math.floor((age / DAY_MS) * SLICES);
      (entry.result === 'refused' ? refused : used)[slice] += 1;
    }
  }
  const uses = used.reduce((a, b) => a + b, 0);
  const refusals = refused.reduce((a, b) => a + b, 0);
  const most = Math.max(1, ...used.map((n, i) => n + refused[i]));
  const label = `${name}: ${count(uses, 'use')} and ${count(refusals, 'refusal')} in 24 hours`;
  return html`<svg class="line" viewBox="0 0 ${SLICES * 5} 40" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${used.map((n, i) => {
        const high = (n / most) * 36;
        const bad = (refused[i] / most) * 36;
        return svg`<rect x=${i * 5} y="38" width="4" height="2"></rect>
          <rect class="used" x=${i * 5} y=${38 - high} width="4" height=${high}></rect>
          <rect class="refused" x=${i * 5} y=${38 - high - bad} width="4" height=${bad}></rect>`;
      })}
    </svg>
    <div class="axis" aria-hidden="true"><span>24 h ago</span><span>${count(uses, 'use')}${refusals ? `, ${refusals} refused` : ''}</span><span>now</span></div>`;
}
