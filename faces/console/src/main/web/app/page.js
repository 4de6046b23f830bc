/** What every page is: an element that loads, shows, and hears of changes. */
import { LitElement, html, nothing } from 'lit';
import { whenChanged } from './live.js';
import { failure } from './parts.js';
import { announce } from './status.js';

export class Page extends LitElement {
  static properties = {
    loaded: { state: true },
    problem: { state: true },
    rest: { type: String },
    person: { attribute: false },
  };

  /** @type {ReadonlyArray<string>} names of the changes that make the page load again */
  static hears = [];

  constructor() {
    super();
    /** Whether there is something to show. */
    this.loaded = false;
    /** @type {import('./api.js').Problem | undefined} */
    this.problem = undefined;
    /** What follows the page's name in the address. */
    this.rest = '';
    /** @type {{person: string, role: string, factors: string[], warnings: string[]}} */
    this.person = { person: '', role: '', factors: [], warnings: [] };
    /** @type {(() => void) | undefined} */
    this.deaf = undefined;
    this.reloading = false;
  }

  /** In the page itself, so that one stylesheet holds and labels reach across. */
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const hears = /** @type {typeof Page} */ (this.constructor).hears;
    this.deaf = whenChanged(({ name }) => {
      if (hears.includes(name) || name === 'missed') {
        this.reloadSoon();
      }
    });
    this.reload();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.deaf?.();
  }

  /** Many changes in a row load once. */
  reloadSoon() {
    if (!this.reloading) {
      this.reloading = true;
      setTimeout(() => {
        this.reloading = false;
        if (this.isConnected) this.reload();
      }, 120);
    }
  }

  async reload() {
    try {
      await this.load();
      this.problem = undefined;
      if (!this.loaded) {
        this.loaded = true;
        await this.updateComplete;
        this.dispatchEvent(new CustomEvent('shown', { bubbles: true }));
      }
    } catch (problem) {
      this.problem = /** @type {import('./api.js').Problem} */ (problem);
    }
  }

  /** Fetches what the page shows. @returns {Promise<void>} */
  async load() {}

  /**
   * Does something, tells how it ended, and loads again.
   * @param {() => Promise<unknown>} action
   * @param {string} [done]
   * @returns {Promise<boolean>}
   */
  async attempt(action, done) {
    try {
      await action();
      if (done) announce(done);
      await this.reload();
      return true;
    } catch (problem) {
      announce(problem instanceof Error ? problem.message : String(problem), problem);
      return false;
    }
  }

  render() {
    if (this.problem && !this.loaded) return failure(this.problem);
    if (!this.loaded) return html`<p class="loading" role="status">Loading…</p>`;
    return html`${this.problem ? failure(this.problem) : nothing} ${this.body()}`;
  }

  /** @returns {unknown} */
  body() {
    return nothing;
  }
}
