/** The people of this home, and the tokens of services. */
import { html, nothing } from 'lit';
import { get, patch, post, remove } from './api.js';
import { empty, heading, once, tag, values } from './parts.js';
import { Page } from './page.js';
import { ago, moment, plain } from './text.js';
import './tokens.js';

const ROLES = {
  owner: 'everything',
  approver: 'answers approvals, sees credentials, agents and grants',
  auditor: 'reads the ledger, nothing else',
};

class People extends Page {
  static hears = ['person'];
  static properties = { ...Page.properties, people: { state: true }, invitation: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.people = [];
    /** @type {any} */
    this.invitation = undefined;
  }

  async load() {
    this.people = (await get('/v1/people')).people;
  }

  /** @param {SubmitEvent} event */
  invite(event) {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const { name, role } = values(event);
    this.attempt(async () => {
      this.invitation = await post('/v1/people', { name, role });
      form.reset();
    });
  }

  body() {
    return html`${heading('People', nothing, 'Who may answer, change and read.')}
      ${this.invitation
        ? html`${once(`A link for ${this.invitation.name}: it works once, until ${new Date(this.invitation.expiresAt).toLocaleTimeString('en')}. Give it to that person alone.`, linkOf(this.invitation))}<p></p>`
        : nothing}
      <div class="stack">
        ${this.people.length ? this.table() : empty('No accounts yet', 'Until there is one, whoever has the home’s passphrase is its owner.')}
        <section class="card" aria-labelledby="invite"><h2 id="invite">Invite somebody</h2>
          <form class="row" @submit=${this.invite}>
            <label>Name<input name="name" required pattern="[a-z0-9][a-z0-9._\\-]*" spellcheck="false" autocomplete="off" /></label>
            <label>Role<select name="role">${Object.entries(ROLES).map(([role, what]) => html`<option value=${role} ?selected=${role === 'approver'}>${role}: ${what}</option>`)}</select></label>
            <button class="primary">Make a link</button>
          </form>
        </section>
        <km-tokens .person=${this.person}></km-tokens>
      </div>`;
  }

  table() {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="People"><table>
      <thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Proves it by</th><th scope="col">Since</th><th scope="col"><span class="hidden">Actions</span></th></tr></thead>
      <tbody>
        ${this.people.map(
          (each) => html`<tr>
            <th scope="row" class="name">${plain(each.name, 64)} ${each.disabled ? tag('disabled', 'bad') : nothing} ${each.invited ? tag('invited') : nothing} ${each.lockedUntil ? html`<span class="tag bad">locked until ${moment(each.lockedUntil)}</span>` : nothing}</th>
            <td data-of="Role"><select aria-label="Role of ${each.name}" @change=${(/** @type {Event} */ e) => this.become(each, e)}>
              ${Object.keys(ROLES).map((role) => html`<option value=${role} ?selected=${role === each.role}>${role}</option>`)}
            </select></td>
            <td data-of="Proves it by">${each.invited ? 'nothing yet' : 'password'} ${(each.factors ?? []).map((/** @type {string} */ factor) => tag(factor === 'totp' ? 'code' : factor, 'good'))}</td>
            <td data-of="Since">${ago(each.createdAt)}</td>
            <td class="act">
              <button @click=${() => this.reset(each.name)}>Reset<span class="hidden"> ${each.name}</span></button>
              ${each.name === this.person.person ? nothing : html`<button class="danger" @click=${() => this.removed(each.name)}>Remove<span class="hidden"> ${each.name}</span></button>`}
            </td>
          </tr>`,
        )}
      </tbody>
    </table></div>`;
  }

  /** @param {any} person @param {Event} event */
  async become(person, event) {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const role = select.value;
    const done = await this.attempt(() => patch(`/v1/people/${person.name}`, { role }), `${person.name} is ${role} now, and signs in again.`);
    if (!done) select.value = person.role;
  }

  /** @param {string} name */
  reset(name) {
    if (confirm(`Reset ${name}? Password, codes and passkeys end, and a new one-time link is made.`)) {
      this.attempt(async () => {
        this.invitation = { name, ...(await post(`/v1/people/${name}/reset`)) };
      });
    }
  }

  /** @param {string} name */
  removed(name) {
    if (confirm(`Remove ${name}? The sessions end now, and the votes on open questions count no more.`)) {
      this.attempt(() => remove(`/v1/people/${name}`), `${name} is removed.`);
    }
  }
}
/** @param {any} invitation */
const linkOf = (invitation) => invitation.link ?? `${location.origin}/#/setup/${invitation.setup}`;

customElements.define('km-people', People);
