/** Where values live outside the home: how each place has been, what it has, and a credential made of it. Names only. */
import { html, nothing } from 'lit';
import { get, post } from './api.js';
import { empty, failure, heading, tag, values } from './parts.js';
import { Page } from './page.js';
import { count, plain } from './text.js';

/** How many names are shown at once; the rest is found by typing more of it. */
const SHOWN = 200;

class Sources extends Page {
  static properties = {
    ...Page.properties,
    sources: { state: true },
    open: { state: true },
    items: { state: true },
    picked: { state: true },
    looking: { state: true },
    trouble: { state: true },
  };

  constructor() {
    super();
    /** @type {any[]} */
    this.sources = [];
    /** The source that is looked into. */
    this.open = '';
    /** @type {string[] | undefined} */
    this.items = undefined;
    this.picked = '';
    this.looking = false;
    /** @type {unknown} */
    this.trouble = undefined;
  }

  async load() {
    this.sources = (await get('/v1/sources')).sources;
  }

  body() {
    return html`${heading('Sources', nothing, 'Where values live. Names and figures; a value is never here.')}
      <div class="scroll" tabindex="0" role="region" aria-label="Sources"><table>
        <thead><tr><th scope="col">Source</th><th scope="col">Kind</th><th scope="col">Reads</th><th scope="col">Failures</th><th scope="col">Average</th><th scope="col">State</th><th scope="col"><span class="hidden">Actions</span></th></tr></thead>
        <tbody>${this.sources.map((source) => this.row(source))}</tbody></table></div>
      ${this.sources.every((source) => source.builtIn)
        ? empty('No other place is set up', 'Say how Vault, a cloud or a keychain is reached:', html`<code>keymantle source set vault --setting address=https://vault.example.com:8200</code>`)
        : nothing}
      ${this.open ? this.browser() : nothing}`;
  }

  /** @param {any} source */
  row(source) {
    return html`<tr>
      <th scope="row" class="name">${plain(source.name, 64)}</th>
      <td data-of="Kind">${plain(source.kind, 64)}</td>
      <td data-of="Reads">${source.reads}</td>
      <td data-of="Failures">${source.failures}</td>
      <td data-of="Average">${source.averageMillis} ms</td>
      <td data-of="State">${source.resting ? tag(`rests: ${source.lastFailure}`, 'hot') : source.lastFailure ? tag(`last: ${source.lastFailure}`) : tag('ok', 'good')}</td>
      <td class="act">
        ${source.builtIn
          ? nothing
          : html`<button @click=${() => this.test(source.name)}>Test<span class="hidden"> ${source.name}</span></button>
              <button @click=${() => this.look(source.name)}>Browse<span class="hidden"> ${source.name}</span></button>`}
      </td>
    </tr>`;
  }

  /** @param {string} name */
  test(name) {
    this.attempt(() => post(`/v1/sources/${name}/test`), `${name} is reached, and lets the broker in.`);
  }

  /** @param {string} name */
  look(name) {
    this.open = name;
    this.items = undefined;
    this.trouble = undefined;
    this.picked = '';
    this.find('');
  }

  /** @param {string} under */
  async find(under) {
    const name = this.open;
    this.looking = true;
    this.trouble = undefined;
    try {
      const { items } = await get(`/v1/sources/${name}/items?under=${encodeURIComponent(under)}`);
      if (this.open === name) this.items = items;
    } catch (problem) {
      this.trouble = problem;
    }
    this.looking = false;
  }

  browser() {
    /** @type {string[]} */
    const items = this.items ?? [];
    return html`<section class="card stack" aria-labelledby="browse" aria-busy=${this.looking}>
      <h2 id="browse">What ${plain(this.open, 64)} has</h2>
      <form class="row" @submit=${(/** @type {SubmitEvent} */ event) => this.find(values(event).under ?? '')}>
        <label>Begins with<input name="under" spellcheck="false" autocomplete="off" placeholder="secret/team/" /></label>
        <button>Look</button>
      </form>
      ${this.trouble ? failure(this.trouble) : nothing}
      ${this.looking ? html`<p class="loading" role="status">Looking…</p>` : html`<p class="under" role="status">${count(items.length, 'name')}${items.length > SHOWN ? `, of which ${SHOWN} are shown: type more of it` : ''}</p>`}
      <ul class="items">${items.slice(0, SHOWN).map((item) => html`<li><code>${plain(item, 300)}</code> <button @click=${() => (this.picked = item)}>Use<span class="hidden"> ${item}</span></button></li>`)}</ul>
      ${this.picked ? this.picker() : nothing}
    </section>`;
  }

  picker() {
    const suggested = this.picked.slice(this.picked.indexOf(':') + 1).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(-64).replace(/^-+/, '');
    return html`<form class="row" aria-label="New credential" @submit=${this.add}>
      <label>Value from<input name="source" required spellcheck="false" autocomplete="off" .value=${this.picked} size="40" /></label>
      <label>Name<input name="name" required pattern="[a-z0-9][a-z0-9._\\-]*" maxlength="64" spellcheck="false" autocomplete="off" .value=${suggested} /></label>
      <label>May go to<input name="destination" type="url" required placeholder="https://api.example.com" /></label>
      <label>Agents<input name="agents" spellcheck="false" placeholder="main, ci" /></label>
      <button>Add credential</button>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  add(event) {
    const { source, name, destination, agents = '' } = values(event);
    const allowedAgents = agents.split(',').map((agent) => agent.trim()).filter(Boolean);
    this.attempt(async () => {
      await post('/v1/credentials', { name, source, allowedAgents, bindings: [{ destination }] });
      this.picked = '';
    }, `${name} is a credential now; its value stays in ${this.open}.`);
  }
}
customElements.define('km-sources', Sources);
