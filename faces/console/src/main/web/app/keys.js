/** Shortcuts: `g` and a letter goes to a page, `?` shows them all. */
import { LitElement, html } from 'lit';
import { PAGES } from './routes.js';

class Keys extends LitElement {
  constructor() {
    super();
    this.afterG = 0;
    this.pressed = (/** @type {KeyboardEvent} */ event) => this.press(event);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('keydown', this.pressed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('keydown', this.pressed);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    if (event.key === '?') {
      event.preventDefault();
      this.querySelector('dialog')?.showModal();
    } else if (Date.now() - this.afterG < 1500) {
      // Looked at before the first g, so that g g goes to the grants.
      const page = PAGES.find((each) => each.key === event.key);
      this.afterG = 0;
      if (page) location.hash = `#/${page.name}`;
    } else if (event.key === 'g') {
      this.afterG = Date.now();
    }
  }

  render() {
    return html`<dialog aria-labelledby="keys-title">
      <h2 id="keys-title">Shortcuts</h2>
      <dl class="keys">
        ${PAGES.map((page) => html`<div><dt><kbd>g</kbd> <kbd>${page.key}</kbd></dt><dd>${page.title}</dd></div>`)}
        <div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>Next and previous approval</dd></div>
        <div><dt><kbd>?</kbd></dt><dd>These shortcuts</dd></div>
      </dl>
      <form method="dialog"><button>Close</button></form>
    </dialog>`;
  }
}
customElements.define('km-keys', Keys);
