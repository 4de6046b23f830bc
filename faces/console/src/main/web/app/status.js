/** What the console says in passing, to eyes and to screen readers alike. */
import { LitElement, html, nothing } from 'lit';

/** @type {EventTarget} */
const said = new EventTarget();

/** @param {string} text @param {unknown} [problem] */
export function announce(text, problem) {
  said.dispatchEvent(new CustomEvent('said', { detail: { text, problem } }));
}

class Status extends LitElement {
  static properties = { notes: { state: true } };

  constructor() {
    super();
    /** @type {Array<{id: number, text: string, fix: string, bad: boolean}>} */
    this.notes = [];
    this.next = 0;
    said.addEventListener('said', (event) => this.add(/** @type {CustomEvent} */ (event).detail));
  }

  createRenderRoot() {
    return this;
  }

  /** @param {{text: string, problem?: any}} note */
  add({ text, problem }) {
    const id = this.next++;
    this.notes = [...this.notes, { id, text, fix: problem?.fix ?? '', bad: problem !== undefined }].slice(-4);
    setTimeout(() => this.drop(id), problem ? 12_000 : 5_000);
  }

  /** @param {number} id */
  drop(id) {
    this.notes = this.notes.filter((note) => note.id !== id);
  }

  render() {
    return html`<div class="notes" role="status" aria-live="polite">
      ${this.notes.map(
        (note) => html`<div class="note ${note.bad ? 'bad' : ''}">
          <p>${note.text}${note.fix ? html`<br /><span class="fix">${note.fix}</span>` : nothing}</p>
          <button class="quiet" aria-label="Dismiss" @click=${() => this.drop(note.id)}>×</button>
        </div>`,
      )}
    </div>`;
  }
}
customElements.define('km-status', Status);
