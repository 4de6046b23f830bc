/** What waits for an answer, live. */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { get } from './api.js';
import { brokenBy } from './glass.js';
import { empty, heading } from './parts.js';
import { Page } from './page.js';
import './ask.js';

/** How many answered ones stay in sight, so that nobody wonders where a card went. */
const RECENT = 8;

class Inbox extends Page {
  static hears = ['approval', 'person'];
  static properties = { ...Page.properties, pending: { state: true }, recent: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.pending = [];
    /** @type {any[]} */
    this.recent = [];
    this.pressed = (/** @type {KeyboardEvent} */ event) => this.press(event);
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('keydown', this.pressed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('keydown', this.pressed);
  }

  async load() {
    const { approvals } = await get('/v1/approvals');
    this.pending = approvals
      .filter((/** @type {any} */ each) => each.state === 'pending')
      .sort((/** @type {any} */ a, /** @type {any} */ b) => a.createdAt.localeCompare(b.createdAt));
    const done = approvals
      .filter((/** @type {any} */ each) => each.state !== 'pending')
      .sort((/** @type {any} */ a, /** @type {any} */ b) => b.createdAt.localeCompare(a.createdAt));
    // Who was away when somebody passed alone is told all the same.
    this.recent = done.filter((/** @type {any} */ each, /** @type {number} */ at) => at < RECENT || brokenBy(each));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    const step = { j: 1, k: -1 }[event.key];
    if (step === undefined) return;
    const cards = /** @type {HTMLElement[]} */ ([...this.querySelectorAll('article.ask')]);
    const now = cards.findIndex((card) => card.contains(document.activeElement));
    cards[Math.min(cards.length - 1, Math.max(0, now + step))]?.focus();
  }

  body() {
    return html`${heading('Inbox', nothing, 'What agents wait for. Nothing is used before the yes is in the ledger.')}
      <section class="stack" aria-label="Waiting for an answer">
        ${this.pending.length
          ? repeat(
              this.pending,
              (each) => each.id,
              (each) => html`<km-ask .approval=${each} .person=${this.person} @answered=${() => this.reload()}></km-ask>`,
            )
          : empty('Nothing waits for you', 'A request that needs a yes appears here by itself.')}
      </section>
      ${this.recent.length
        ? html`<section class="stack" aria-labelledby="recent"><h2 id="recent">Answered lately</h2>
            ${repeat(this.recent, (each) => each.id, (each) => html`<km-ask .approval=${each} .person=${this.person}></km-ask>`)}
          </section>`
        : nothing}`;
  }
}
customElements.define('km-inbox', Inbox);
