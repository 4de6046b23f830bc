/** Tokens of services: made, rotated with an overlap, revoked. */
import { html, nothing } from 'lit';
import { get, post, remove } from './api.js';
import { once, tag, values } from './parts.js';
import { Page } from './page.js';
import { ago, plain } from './text.js';

class Tokens extends Page {
  static properties = { ...Page.properties, tokens: { state: true }, made: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.tokens = [];
    /** @type {any} */
    this.made = undefined;
  }

  async load() {
    this.tokens = (await get('/v1/tokens')).tokens;
  }

  /** @param {SubmitEvent} event */
  make(event) {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const { name, scope, expiresAfter } = values(event);
    this.attempt(async () => {
      this.made = { name, ...(await post('/v1/tokens', { name, scope, ...(expiresAfter ? { expiresAfter } : {}) })) };
      form.reset();
    });
  }

  body() {
    return html`<section class="card stack" aria-labelledby="tokens"><h2 id="tokens">Tokens of services</h2>
      ${this.made ? once(`The token of ${this.made.name}: it is shown now and never again.`, this.made.token) : nothing}
      ${this.tokens.length
        ? html`<div class="scroll" tabindex="0" role="region" aria-label="Tokens"><table>
            <thead><tr><th scope="col">Name</th><th scope="col">Scope</th><th scope="col">Made</th><th scope="col">Ends</th><th scope="col"><span class="hidden">Actions</span></th></tr></thead>
            <tbody>${this.tokens.map((token) => this.row(token))}</tbody></table></div>`
        : html`<p class="under">None yet.</p>`}
      <form class="row" @submit=${this.make}>
        <label>Name<input name="name" required pattern="[a-z0-9][a-z0-9._\\-]*" spellcheck="false" autocomplete="off" /></label>
        <label>Scope<input name="scope" required spellcheck="false" placeholder="ledger:read" /></label>
        <label>Ends after<input name="expiresAfter" placeholder="90d" pattern="[0-9]+[smhd]" size="6" /></label>
        <button>Make</button>
      </form>
    </section>`;
  }

  /** @param {any} token */
  row(token) {
    return html`<tr>
      <th scope="row" class="name">${plain(token.name, 64)} ${token.rotationDue ? tag('rotate it', 'hot') : nothing}</th>
      <td data-of="Scope">${plain([token.scope].flat().join(', '), 80)}</td>
      <td data-of="Made">${ago(token.createdAt)}</td>
      <td data-of="Ends">${token.expiresAt ? new Date(token.expiresAt).toLocaleDateString('en') : 'never'}</td>
      <td class="act">
        <button @click=${() => this.rotate(token.name)}>Rotate<span class="hidden"> ${token.name}</span></button>
        <button class="danger" @click=${() => this.revoke(token.name)}>Revoke<span class="hidden"> ${token.name}</span></button>
      </td>
    </tr>`;
  }

  /** @param {string} name */
  rotate(name) {
    this.attempt(async () => {
      this.made = { name, ...(await post(`/v1/tokens/${name}/rotate`, { overlap: '1h' })) };
    }, `The old token of ${name} works for another hour.`);
  }

  /** @param {string} name */
  revoke(name) {
    if (confirm(`Revoke the token ${name}? Whatever uses it stops now.`)) {
      this.attempt(() => remove(`/v1/tokens/${name}`), `${name} is revoked.`);
    }
  }
}
customElements.define('km-tokens', Tokens);
