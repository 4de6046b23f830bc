/** Text of others, made harmless to look at; times and durations as people say them. */
import { html } from 'lit';

/** What hides or turns text around: controls, bidirectional marks, invisible and tag characters. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]|[\u{e0000}-\u{e0fff}]/gu;

/**
 * Shows what was hidden by its number, makes one line of many, and cuts what is long.
 * @param {unknown} value
 * @param {number} [limit] characters
 */
export function plain(value, limit = 400) {
  const text = String(value ?? '')
    .replace(/\s*\r?\n\s*/g, ' ⏎ ')
    .replace(HIDDEN, (c) => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
  const characters = [...text];
  return characters.length > limit ? `${characters.slice(0, limit).join('')}… (${characters.length} characters)` : text;
}

/**
 * An agent's own words: quoted, apart, in a face of their own.
 * @param {unknown} words
 * @param {string} agent
 */
export function quoted(words, agent) {
  const text = plain(words);
  if (text.trim() === '') {
    return html`<p class="unsaid">The agent gave no reason.</p>`;
  }
  return html`<figure class="words">
    <figcaption>In the agent’s own words, which nobody has checked</figcaption>
    <blockquote><bdi>${text}</bdi></blockquote>
    <p class="by">— ${plain(agent, 64)}</p>
  </figure>`;
}

const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** @param {string | undefined} iso */
export function moment(iso) {
  return iso ? html`<time datetime=${iso} title=${iso}>${MOMENT.format(new Date(iso))}</time>` : '';
}

/** @param {string} iso */
export function clock(iso) {
  return html`<time datetime=${iso} title=${MOMENT.format(new Date(iso))}>${CLOCK.format(new Date(iso))}</time>`;
}

/** A duration in its two largest units. @param {number} ms */
export function lasting(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

/** How long ago. @param {string | undefined} iso */
export function ago(iso) {
  if (!iso) return '';
  const ms = Date.now() - Date.parse(iso);
  return html`<time datetime=${iso} title=${MOMENT.format(new Date(iso))}>${ms < 5_000 ? 'just now' : `${lasting(ms)} ago`}</time>`;
}

/** @param {number} n @param {string} one @param {string} [many] */
export function count(n, one, many) {
  return `${n} ${n === 1 ? one : (many ?? `${one}s`)}`;
}
