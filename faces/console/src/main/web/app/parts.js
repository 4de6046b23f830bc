/** Small things that several pages show. */
import { html, nothing, svg } from 'lit';
import { announce } from './status.js';

/** Strokes of the icons, on a grid of 24. */
const ICONS = {
  inbox: 'M4 13h4l2 3h4l2-3h4M4 13 7 5h10l3 8v6H4z',
  key: 'M14.500 9.500a4.500 4.500 0 1 0-4.200 4.500L12 15.500h2V17.500h2V19.500h4v-3.200l-5.800-5.400c.2-.4.300-.9.300-1.400zM8.500 8.500h.01',
  source: 'M12 4c4.400 0 8 1.300 8 3s-3.600 3-8 3-8-1.300-8-3 3.600-3 8-3zM4 7v10c0 1.700 3.600 3 8 3s8-1.300 8-3V7M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3',
  agent: 'M7 8h10v9H7zM12 4v4M9.500 12h.01M14.500 12h.01M4 11v3M20 11v3M9 20h6',
  grant: 'M5 12l4.500 4.500L19 7M4 4h9M4 4v16h16v-7',
  ledger: 'M6 4h12v16H6zM9 8h6M9 12h6M9 16h4',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.300 2.700-6 6-6s6 2.700 6 6M16 4.500a3.500 3.500 0 0 1 0 6M18 14.500c1.800.9 3 3 3 5.500',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c0-3.900 3.100-7 7-7s7 3.100 7 7',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12l-1.500 2L9 16M15 12l1.500 2L15 16',
  settings: 'M4 7h10M18 7h2M16 5v4M4 12h2M10 12h10M8 10v4M4 17h8M16 17h4M14 15v4',
  panic: 'M12 3 3 20h18zM12 10v4M12 17h.01',
  yes: 'M5 12.500l4.500 4.500L19 7.500',
  no: 'M6 6l12 12M18 6 6 18',
  touch: 'M12 11v9M8 20c0-4-1-5-1-9a5 5 0 0 1 10 0c0 1.500.300 3 .8 4.500M9.500 19c.3-3-.5-5-.5-8a3 3 0 0 1 6 0c0 4 1 6 1.200 8',
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${ICONS[name]}/></svg>`;
}

/** What went wrong, and what mends it. @param {any} problem */
export function failure(problem) {
  return html`<div class="failure" role="alert">
    <strong>${problem?.message ?? String(problem)}</strong>
    ${problem?.fix ? html`<p>What helps: <code>${problem.fix}</code></p>` : nothing}
  </div>`;
}

/** @param {unknown} title @param {string} text @param {unknown} [more] */
export function empty(title, text, more) {
  return html`<div class="empty"><p class="empty-title">${title}</p><p>${text}</p>${more ?? nothing}</div>`;
}

/** @param {string} title @param {unknown} [beside] @param {unknown} [under] */
export function heading(title, beside, under) {
  return html`<header class="head">
    <div><h1 tabindex="-1">${title}</h1>${under ? html`<p class="under">${under}</p>` : nothing}</div>
    <div class="beside">${beside ?? nothing}</div>
  </header>`;
}

/** A word in a coloured frame; the colour says nothing that the word does not. @param {unknown} word @param {string} [tone] */
export const tag = (word, tone = '') => html`<span class="tag ${tone}">${word}</span>`;

/** @param {string} text */
export async function copy(text) {
  await navigator.clipboard.writeText(text);
  announce('Copied.');
}

/** What is shown once. @param {string} label @param {string} text */
export function once(label, text) {
  return html`<div class="once">
    <p class="label">${label}</p>
    <code class="wide" tabindex="0">${text}</code>
    <button @click=${() => copy(text)}>Copy</button>
  </div>`;
}

/** A form's values by name. @param {SubmitEvent} event @returns {Record<string, string>} */
export function values(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}
