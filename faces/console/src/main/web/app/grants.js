/** The grants, each with its end at hand, and the end of all of them. */
import { html, nothing } from 'lit';
import { get, remove } from './api.js';
import { empty, heading, icon, tag } from './parts.js';
import { Page } from './page.js';
import { ago, lasting, plain } from './text.js';

const TONES = { live: 'good', revoked: 'bad', 'used-up': '', expired: '' };
/** What must be typed, so that no slip of a hand ends everything. */
const WORD = 'revoke everything';

class Grants extends Page {
  static hears = ['grant', 'run'];
  static properties = { ...Page.properties, grants: { state: true }, all: { state: true }, typed: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.grants = [];
    this.all = false;
    this.typed = '';
  }

  async load() {
    const { grants } = await get(this.all ? '/v1/grants' : '/v1/grants?live=true');
    this.grants = grants.sort((/** @type {any} */ a, /** @type {any} */ b) => b.issuedAt.localeCompare(a.issuedAt));
  }

  body() {
    const owner = this.person.role === 'owner';
    return html`${heading(
      'Grants',
      html`<label class="beside"><input type="checkbox" .checked=${this.all} @change=${this.toggle} /> ended ones too</label>
        ${owner ? html`<button class="danger full" @click=${this.ask}>${icon('panic')} Panic…</button>` : nothing}`,
      'What agents may use at this moment. Revoking takes effect before the button comes back.',
    )}
    ${this.grants.length ? this.table(owner) : empty('No live grants', 'No agent holds a broker token that works.')}
    ${owner ? this.panic() : nothing}`;
  }

  toggle() {
    this.all = !this.all;
    this.reload();
  }

  /** @param {boolean} owner */
  table(owner) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Grants"><table>
      <thead><tr><th scope="col">Credential</th><th scope="col">Agent</th><th scope="col">State</th><th scope="col">Used</th><th scope="col">Ends</th><th scope="col">Reason it gave</th><th scope="col"><span class="hidden">Actions</span></th></tr></thead>
      <tbody>
        ${this.grants.map(
          (grant) => html`<tr>
            <th scope="row" class="name">${plain(grant.credential, 64)}</th>
            <td data-of="Agent">${plain(grant.agent, 64)} <span class="under">${grant.trust}</span></td>
            <td data-of="State">${tag(grant.state, TONES[/** @type {'live'} */ (grant.state)] ?? '')}</td>
            <td data-of="Used">${grant.used}${grant.uses ? ` of ${grant.uses}` : ''}</td>
            <td data-of="Ends">${grant.state === 'live' ? `in ${lasting(Date.parse(grant.expiresAt) - Date.now())}` : ago(grant.revokedAt ?? grant.expiresAt)}</td>
            <td class="words-cell" data-of="Reason it gave"><em><bdi>${plain(grant.reason, 120)}</bdi></em></td>
            <td class="act">${owner && grant.state === 'live' ? html`<button class="danger" @click=${() => this.revoke(grant)}>Revoke<span class="hidden"> ${grant.credential} of ${grant.agent}</span></button>` : nothing}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>`;
  }

  /** @param {any} grant */
  revoke(grant) {
    this.attempt(() => remove(`/v1/grants?grant=${encodeURIComponent(grant.grant)}`), `The grant of ${grant.agent} for ${grant.credential} is revoked.`);
  }

  ask() {
    this.typed = '';
    this.querySelector('dialog')?.showModal();
  }

  panic() {
    return html`<dialog aria-labelledby="panic-title" @close=${() => (this.typed = '')}>
      <form class="panic" @submit=${this.hit}>
        <h2 id="panic-title">End everything?</h2>
        <p>Every grant is revoked and every open question is cancelled. Agents go on only when they ask again.</p>
        <label>Type <code>${WORD}</code>
          <input autocomplete="off" spellcheck="false" .value=${this.typed} @input=${(/** @type {Event} */ e) => (this.typed = /** @type {HTMLInputElement} */ (e.target).value)} />
        </label>
        <div class="row">
          <button class="danger full" ?disabled=${this.typed !== WORD}>Revoke everything</button>
          <button type="button" @click=${() => this.querySelector('dialog')?.close()}>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  /** @param {SubmitEvent} event */
  async hit(event) {
    event.preventDefault();
    if (this.typed !== WORD) return;
    this.querySelector('dialog')?.close();
    await this.attempt(() => remove('/v1/grants?all=true'), 'Everything is revoked.');
  }
}
customElements.define('km-grants', Grants);
