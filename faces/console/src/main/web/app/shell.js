/** The frame: who is signed in, where one can go, and the page that is open. */
import { LitElement, html, nothing } from 'lit';
import { forgetHalf, get, hasSession, remove, whenSessionEnds } from './api.js';
import { tellOfGlass } from './glass.js';
import { start, stop, whenChanged } from './live.js';
import { icon } from './parts.js';
import { pagesFor, route } from './routes.js';
import { announce } from './status.js';
import { askOthers } from './tabs.js';
import { setTheme, theme } from './theme.js';
import './keys.js';
import './sign-in.js';

/** Nobody at the desk for so long ends the session: live pages alone would keep it for hours. */
const IDLE_MS = 30 * 60_000;

class Shell extends LitElement {
  static properties = {
    person: { state: true },
    at: { state: true },
    pending: { state: true },
    live: { state: true },
    ready: { state: true },
    menu: { state: true },
  };

  constructor() {
    super();
    /** @type {{person: string, role: string, factors: string[], warnings: string[]} | undefined} */
    this.person = undefined;
    this.at = route(location.hash, '');
    this.pending = 0;
    this.live = true;
    this.ready = false;
    this.menu = false;
    this.touched = Date.now();
    /** Whether the next page that is shown was gone to, and is to be read from its name on. */
    this.moved = false;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    // What the page itself shows until this is here.
    this.replaceChildren();
    addEventListener('hashchange', () => this.go());
    for (const event of ['pointerdown', 'keydown']) {
      addEventListener(event, () => (this.touched = Date.now()), { passive: true });
    }
    setInterval(() => this.person && Date.now() - this.touched > IDLE_MS && this.leave(), 30_000);
    whenSessionEnds(() => this.ended('Your session has ended.'));
    whenChanged(({ name, id }) => {
      if (name === 'connected' || name === 'lost') this.live = name === 'connected';
      if (['approval', 'missed', 'connected'].includes(name)) this.countPending();
      if (name === 'approval' && this.answers) tellOfGlass(id, this.person?.person ?? '').catch(() => {});
    });
    this.addEventListener('shown', () => {
      if (this.moved) this.querySelector('h1')?.focus();
      this.moved = false;
    });
    this.enter();
  }

  async enter() {
    if (!hasSession()) await askOthers();
    if (hasSession()) await this.welcome();
    this.ready = true;
  }

  async welcome() {
    try {
      this.person = await get('/v1/sessions/current');
      start();
      await this.countPending();
      this.go();
    } catch (problem) {
      this.person = undefined;
      if (/** @type {any} */ (problem).status !== 401) announce(String(problem), problem);
    }
  }

  /** Whether questions are for this person. */
  get answers() {
    return this.person !== undefined && this.person.role !== 'auditor';
  }

  async countPending() {
    if (!this.answers) return;
    try {
      const before = this.pending;
      const { approvals } = await get('/v1/approvals?state=pending');
      this.pending = approvals.length;
      document.title = this.pending ? `(${this.pending}) Keymantle` : 'Keymantle';
      if (this.pending > before) announce(`${this.pending} waiting for an answer`);
    } catch {
      // The inbox itself says so.
    }
  }

  go() {
    const next = route(location.hash, this.person?.role ?? '');
    const moved = next.page.name !== this.at.page.name;
    this.at = next;
    this.menu = false;
    next.page.load?.();
    this.moved ||= moved;
  }

  async leave() {
    await remove('/v1/sessions/current').catch(() => {});
    this.ended('');
  }

  /** @param {string} why */
  ended(why) {
    stop();
    forgetHalf();
    this.person = undefined;
    this.pending = 0;
    if (why) announce(why);
  }

  render() {
    if (!this.ready) return nothing;
    if (!this.person || this.at.page.name === 'setup') {
      return html`<a class="skip" href="#main">To the content</a>
        <km-sign-in .setup=${this.at.page.name === 'setup' ? this.at.rest : ''} @signed-in=${() => this.welcome()}></km-sign-in>
        <km-status></km-status>`;
    }
    return html`<a class="skip" href="#main" @click=${this.skip}>To the content</a>
      <div class="frame ${this.menu ? 'menu-open' : ''}">
        ${this.bar()} ${this.navigation()}
        <main id="main" tabindex="-1">${this.warnings()} ${this.at.page.show(this.at.rest, this.person)}</main>
      </div>
      <km-keys></km-keys>
      <km-status></km-status>`;
  }

  /** @param {Event} event */
  skip(event) {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (this.querySelector('#main'))?.focus();
  }

  bar() {
    return html`<header class="bar">
      <button class="quiet burger" aria-label="Menu" aria-expanded=${this.menu} @click=${() => (this.menu = !this.menu)}>☰</button>
      <a class="brand" href="#/inbox" aria-label="Keymantle"><img src=${logo()} alt="" width="26" height="26" /><span>Keymantle</span></a>
      <span class="link ${this.live ? '' : 'off'}" role="status">${this.live ? 'live' : 'reconnecting…'}</span>
      <label class="theme"><span class="hidden">Colours</span>
        <select @change=${(/** @type {Event} */ e) => setTheme(/** @type {HTMLSelectElement} */ (e.target).value)}>
          ${['auto', 'light', 'dark'].map((each) => html`<option value=${each} ?selected=${theme() === each}>${each}</option>`)}
        </select>
      </label>
      <span class="who"><a href="#/me">${this.person?.person}</a> <span class="tag">${this.person?.role}</span></span>
      <button @click=${this.leave}>Sign out</button>
    </header>`;
  }

  navigation() {
    return html`<nav aria-label="Pages">
      <ul>
        ${pagesFor(this.person?.role ?? '').map(
          (page) => html`<li>
            <a href="#/${page.name}" aria-current=${this.at.page.name === page.name ? 'page' : nothing}>
              ${icon(page.icon)}<span>${page.title}</span>
              ${page.name === 'inbox' && this.pending ? html`<span class="badge" aria-label="${this.pending} waiting">${this.pending}</span>` : nothing}
            </a>
          </li>`,
        )}
      </ul>
      <p class="hint"><kbd>?</kbd> shortcuts</p>
    </nav>`;
  }

  warnings() {
    return (this.person?.warnings ?? []).map((warning) => html`<p class="warning" role="note">${warning}</p>`);
  }
}

function logo() {
  return /** @type {HTMLLinkElement} */ (document.querySelector('link[rel=icon]')).href;
}

customElements.define('km-console', Shell);
