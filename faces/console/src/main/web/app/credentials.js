/** The credentials: their rules, where they may go, and who used them when. */
import { html, nothing } from 'lit';
import { get } from './api.js';
import { empty, heading, tag } from './parts.js';
import { Page } from './page.js';
import { ago, count, plain } from './text.js';
import { timeline } from './timeline.js';

/** How far back in the ledger uses are looked for. */
const LOOK_BACK = 1000;

class Credentials extends Page {
  static hears = ['credential', 'ledger'];
  static properties = { ...Page.properties, credentials: { state: true }, uses: { state: true }, find: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.credentials = [];
    /** @type {Map<string, any[]>} */
    this.uses = new Map();
    this.find = '';
  }

  async load() {
    const [{ credentials }, { entries }] = await Promise.all([get('/v1/credentials'), get(`/v1/ledger?limit=${LOOK_BACK}`)]);
    this.credentials = credentials;
    const uses = new Map();
    for (const { entry } of entries) {
      // What is put in is noted before it goes out; how it ended, in an entry of its own.
      const used = entry.kind === 'redemption' && entry.phase === 'intent';
      // What only waits for people is not refused yet.
      const refused = entry.result === 'refused' && entry.code !== 'approval_required';
      if (entry.credential && entry.actor.startsWith('agent:') && (used || refused)) {
        uses.set(entry.credential, [...(uses.get(entry.credential) ?? []), entry]);
      }
    }
    this.uses = uses;
  }

  body() {
    const shown = this.credentials.filter((each) => each.name.includes(this.find));
    return html`${heading(
      'Credentials',
      html`<label><span class="hidden">Find</span><input type="search" placeholder="Find…" @input=${(/** @type {Event} */ e) => (this.find = /** @type {HTMLInputElement} */ (e.target).value)} /></label>`,
      'Names, rules and places. A value is never here.',
    )}
    ${this.credentials.length
      ? html`<div class="grid">${shown.map((each) => this.card(each))}</div>`
      : empty('No credentials yet', 'Add one where you can type its value unseen:', html`<code>keymantle credential add github-api --destination https://api.github.com</code>`)}`;
  }

  /** @param {any} credential */
  card(credential) {
    const entries = this.uses.get(credential.name) ?? [];
    const users = [...new Set(entries.map((entry) => entry.actor))];
    return html`<article class="card stack" aria-label=${credential.name}>
      <div class="card-head">
        <h2 class="name">${plain(credential.name, 64)}</h2>
        ${credential.requireTotp ? tag('code', 'hot') : nothing} ${this.approvals(credential).map((words) => tag(words, 'hot'))}
        <span class="under act">version ${credential.valueVersion}, ${ago(credential.changedAt)}</span>
      </div>
      <dl class="facts">
        <dt>Agents</dt><dd>${credential.allowedAgents.length ? credential.allowedAgents.join(', ') : 'none'}</dd>
        <dt>A grant lasts</dt><dd>${credential.expiresAfter}${credential.uses ? `, ${count(credential.uses, 'use')}` : ''}</dd>
        ${credential.source ? html`<dt>Source</dt><dd><code>${plain(credential.source, 120)}</code></dd>` : nothing}
      </dl>
      <div class="bindings">${(credential.bindings ?? []).map((/** @type {any} */ binding) => bindingOf(binding))}</div>
      ${timeline(entries, credential.name)}
      <p class="users">${users.length ? users.map((user) => tag(plain(user.replace('agent:', ''), 64))) : html`<span class="under">Not used lately.</span>`}</p>
    </article>`;
  }

  /** What people must say yes to, in a few words each. @param {any} credential @returns {string[]} */
  approvals(credential) {
    const rules = credential.approval ? [credential.approval].flat() : [];
    return rules.map((rule) => {
      const factors = [rule.totp && 'code', rule.passkey && 'passkey'].filter(Boolean).join(' + ');
      const people = rule.required > 1 ? `${rule.required} of ${rule.of?.length ?? 'all'}` : 'a yes';
      const when = rule.when?.methods ? ` for ${rule.when.methods.join(', ')}` : '';
      return `${people}${factors ? ` by ${factors}` : ''}${when}`;
    });
  }
}

/** @param {any} binding */
function bindingOf(binding) {
  if (binding.command) {
    return html`<div class="binding"><code>${plain(binding.command, 200)}</code> <span class="under">as a command</span></div>`;
  }
  const methods = binding.methods?.join(', ') ?? 'any method';
  const paths = binding.paths?.join(', ') ?? 'any path';
  return html`<div class="binding"><code>${plain(binding.destination, 200)}</code>
    <div class="under">${methods} · ${plain(paths, 300)} · ${plain(binding.surface ?? 'header:authorization', 80)}</div></div>`;
}
customElements.define('km-credentials', Credentials);
