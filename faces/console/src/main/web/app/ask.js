/** One approval: the broker's facts, the agent's words apart from them, and the answer. */
import { LitElement, html, nothing } from 'lit';
import { post } from './api.js';
import { brokenBy } from './glass.js';
import { failure, icon, tag } from './parts.js';
import { sign } from './passkey.js';
import { announce } from './status.js';
import { ago, lasting, plain, quoted } from './text.js';

const SCOPES = { once: 'this request, once', request: 'this very request, for a time', credential: 'this credential, for a time' };
const SOON_MS = 60_000;
/** With these, there is nothing left to answer. */
const OVER = ['conflict', 'not_found', 'approval_denied', 'approval_expired'];
/** As the broker asks of who breaks the glass. */
const SHORTEST_REASON = 10;
/** For how long a yes is offered, where the rule allows as much. */
const USUAL_MINUTES = 15;
const TONES = { approved: 'good', consumed: 'good', denied: 'bad', revoked: 'bad', pending: 'hot' };

class Ask extends LitElement {
  static properties = {
    approval: { attribute: false },
    person: { attribute: false },
    scope: { state: true },
    minutes: { state: true },
    problem: { state: true },
    busy: { state: true },
    now: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.approval = undefined;
    /** @type {any} */
    this.person = undefined;
    this.scope = '';
    this.minutes = 0;
    /** @type {any} */
    this.problem = undefined;
    this.busy = false;
    this.now = Date.now();
    this.timer = 0;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = window.setInterval(() => {
      if (this.approval?.state === 'pending') this.now = Date.now();
    }, 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  /** The needs that still wait, with what this person can add to them. */
  get open() {
    return (this.approval.needs ?? []).filter((/** @type {any} */ need) => need.missing > 0);
  }

  /** Those of them that this person may add a yes to. */
  get mine() {
    return this.open.filter((/** @type {any} */ need) => need.asksYou);
  }

  /** @param {string} factor @param {any[]} needs */
  asksFor(factor, needs = this.mine) {
    return needs.some((need) => need.factors.includes(factor));
  }

  /** The longest that every rule lets a yes last; none: for once only. */
  get mostMinutes() {
    const caps = (this.approval.needs ?? []).map((/** @type {any} */ need) => need.atMostSeconds);
    return Math.floor(Math.min(...caps, 30 * 86_400) / 60);
  }

  /** What every rule allows. */
  get scopes() {
    return this.mostMinutes > 0 ? Object.keys(SCOPES) : ['once'];
  }

  /** Alone, in an emergency, with a reason. */
  get mayBreakGlass() {
    return this.glasses.length > 0;
  }

  /** The needs that this person may pass alone. @returns {any[]} */
  get glasses() {
    return this.open.filter((/** @type {any} */ need) => need.breakGlass?.includes(this.person.person));
  }

  /** @param {string} decision @param {Record<string, unknown>} more */
  async vote(decision, more) {
    if (this.busy) return;
    this.busy = true;
    this.problem = undefined;
    const scope = decision === 'approve' ? this.chosen() : {};
    try {
      await post(`/v1/approvals/${this.approval.id}/votes`, { decision, ...scope, ...more });
      announce(decision === 'approve' ? 'Your yes is in the ledger.' : 'Denied.');
      this.dispatchEvent(new CustomEvent('answered', { bubbles: true }));
    } catch (problem) {
      this.problem = problem;
      if (OVER.includes(/** @type {any} */ (problem).code)) {
        // Somebody was quicker: the card moves to the answered ones, and its own words with it.
        announce(/** @type {Error} */ (problem).message, problem);
        this.dispatchEvent(new CustomEvent('answered', { bubbles: true }));
      }
      const code = this.querySelector('input.code');
      if (code instanceof HTMLInputElement) {
        code.value = '';
        code.focus();
      }
    } finally {
      this.busy = false;
    }
  }

  /** What the yes covers, as it is signed and sent. */
  chosen() {
    const scope = this.scope || 'once';
    return scope === 'once' ? { scope } : { scope, seconds: 60 * Math.min(Math.max(1, this.minutes || USUAL_MINUTES), this.mostMinutes) };
  }

  /** A yes with a touch, and with what was typed before it. @param {Record<string, unknown>} more */
  async withPasskey(more) {
    this.problem = undefined;
    try {
      const asked = await post(`/v1/approvals/${this.approval.id}/challenges`, { decision: 'approve', ...this.chosen() });
      await this.vote('approve', { ...more, ...(await sign(asked)) });
    } catch (problem) {
      this.problem = /** @type {any} */ (problem).name === 'NotAllowedError' ? { message: 'The passkey was not used.' } : problem;
    }
  }

  /** The last digit sends it, or asks for the touch that goes with it. @param {Event} event */
  typed(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    field.value = field.value.replace(/\D/g, '').slice(0, 8);
    if (field.value.length !== this.person.totpDigits) return;
    if (this.asksFor('passkey')) this.withPasskey({ code: field.value });
    else this.vote('approve', { code: field.value });
  }

  render() {
    const approval = this.approval;
    const pending = approval.state === 'pending';
    const left = Date.parse(approval.expiresAt) - this.now;
    return html`<article class="card ask ${pending ? '' : 'done'} ${brokenBy(approval) ? 'alone' : ''}" tabindex="-1" aria-label=${plain(approval.summary, 200)}>
      <div class="ask-top">
        ${tag(approval.state, TONES[/** @type {'approved'} */ (approval.state)] ?? '')} ${tag(plain(approval.credential, 64), 'hot')}
        ${approval.kind === 'change'
          ? html`<span><strong>${plain(approval.person, 64)}</strong></span>`
          : html`<span>agent <strong>${plain(approval.agent, 64)}</strong></span> ${tag(plain(approval.trust, 20))}`}
        ${approval.waiting > 1 ? tag(`${approval.waiting} alike wait`) : nothing}
        ${pending
          ? html`<span class="ask-left ${left < SOON_MS ? 'soon' : ''}" role="timer">${lasting(left)} left</span>`
          : html`<span class="ask-left">${ago(approval.createdAt)}</span>`}
      </div>
      <p class="what">${this.what()}</p>
      ${this.headers()}
      ${approval.kind === 'change' ? nothing : quoted(approval.reason, approval.agent)} ${this.votes()} ${pending ? this.answer() : nothing}
      ${this.problem ? failure(this.problem) : nothing}
    </article>`;
  }

  /** The broker's own words about the request, each part from its own field. */
  what() {
    const it = this.approval;
    if (it.kind === 'grant') {
      return html`<span class="verb">Use</span> <span class="host">${plain(it.credential, 64)}</span>
        <span class="path">wherever its rules allow</span>`;
    }
    if (it.kind === 'change') {
      return html`<span class="verb">Change</span> <span class="host">${plain(it.credential, 64)}</span>
        ${it.changes.map((/** @type {string} */ line) => html`<br /><span class="path">${plain(line, 700)}</span>`)}`;
    }
    return html`<span class="verb">${plain(it.method, 32)}</span> <span class="host">${plain(it.destination, 200)}</span
      ><span class="path">${plain(it.path, 300)}${it.query ? plain(`?${it.query}`, 300) : ''}</span>
      ${it.bodyBytes ? html`<span class="path"> — ${it.bodyBytes} bytes</span>` : nothing}`;
  }

  /** Fields that go along with it: what the agent wrote, each on a line of its own. */
  headers() {
    const headers = this.approval.headers ?? [];
    if (headers.length === 0) return nothing;
    return html`<details class="headers"><summary>${headers.length} header ${headers.length === 1 ? 'field goes' : 'fields go'} along</summary>
      <ul>${headers.map((/** @type {string} */ line) => html`<li><code>${plain(line, 300)}</code></li>`)}</ul></details>`;
  }

  votes() {
    const votes = this.approval.votes ?? [];
    return html`<div class="votes">
      ${votes.map((/** @type {any} */ vote) =>
        tag(html`${plain(vote.person, 64)}: ${vote.decision === 'approve' ? (vote.breakGlass ? 'yes, alone' : 'yes') : 'no'}${vote.reason ? html` — <bdi>${plain(vote.reason, 80)}</bdi>` : ''}`, vote.decision === 'approve' ? 'good' : 'bad'),
      )}
      ${this.open.map((/** @type {any} */ need) =>
        need.required > 1 || need.of?.length
          ? tag(`${need.missing} more of ${need.required}${need.of?.length ? ` (${need.of.join(', ')})` : ''}`)
          : nothing,
      )}
    </div>`;
  }

  answer() {
    if (this.approval.mayVote === false) {
      return html`<p class="under">Others answer this one.</p>`;
    }
    return html`<div class="answer">
      ${this.mine.length ? this.yes() : nothing}
      ${this.mayBreakGlass ? html`<button class="quiet" @click=${this.breakGlass}>Break glass…</button>` : nothing}
      <button class="danger no" ?disabled=${this.busy} @click=${() => this.vote('deny', {})}>${icon('no')} Deny</button>
    </div>
    ${this.mayBreakGlass ? this.glass() : nothing}`;
  }

  /** What an ordinary yes takes. */
  yes() {
    const totp = this.asksFor('totp');
    const passkey = this.asksFor('passkey');
    return html`${this.scopeChooser()}
      ${totp
        ? html`<label>Code<input class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" placeholder=${'•'.repeat(this.person.totpDigits)}
              aria-describedby="send-${this.approval.id}" ?disabled=${this.busy} @input=${this.typed} /></label>
            <span class="${passkey ? 'under' : 'hidden'}" id="send-${this.approval.id}">${passkey ? 'Then a touch: the rule wants both.' : 'The last digit approves.'}</span>`
        : nothing}
      ${passkey && !totp ? html`<button class="primary" ?disabled=${this.busy} @click=${() => this.withPasskey({})}>${icon('touch')} Approve with passkey</button>` : nothing}
      ${!totp && !passkey ? html`<button class="primary" ?disabled=${this.busy} @click=${() => this.vote('approve', {})}>${icon('yes')} Approve</button>` : nothing}`;
  }

  scopeChooser() {
    const scopes = this.scopes;
    if (scopes.length < 2) return html`<span class="under">A yes is for ${SCOPES.once}.</span>`;
    const chosen = this.chosen();
    return html`<fieldset>
      <legend>A yes is for</legend>
      ${scopes.map(
        (scope) => html`<label class="beside"><input type="radio" name="scope-${this.approval.id}" .checked=${chosen.scope === scope}
            @change=${() => (this.scope = scope)} />${SCOPES[/** @type {'once'} */ (scope)]}</label>`,
      )}
      ${chosen.scope === 'once'
        ? nothing
        : html`<label class="beside">for <input class="minutes" type="number" min="1" max=${this.mostMinutes} .value=${String((chosen.seconds ?? 60) / 60)}
              @input=${(/** @type {Event} */ e) => (this.minutes = Number(/** @type {HTMLInputElement} */ (e.target).value))} /> minutes</label>`}
    </fieldset>`;
  }

  breakGlass() {
    this.querySelector('dialog')?.showModal();
  }

  glass() {
    return html`<dialog aria-labelledby="glass-${this.approval.id}">
      <h2 id="glass-${this.approval.id}">Break glass</h2>
      <p class="under">Your yes alone is enough. Everybody is told, with your reason.</p>
      <form @submit=${this.glassBroken}>
        <label>Reason<input name="reason" required minlength=${SHORTEST_REASON} maxlength="200" /></label>
        ${this.asksFor('totp', this.glasses) ? html`<label>Your code<input name="code" inputmode="numeric" autocomplete="one-time-code" required pattern="[0-9]{6,8}" size="8" /></label>` : nothing}
        <div class="row"><button class="danger full">Approve alone</button>
          <button type="button" @click=${() => this.querySelector('dialog')?.close()}>Cancel</button></div>
      </form>
    </dialog>`;
  }

  /** @param {SubmitEvent} event */
  async glassBroken(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    this.querySelector('dialog')?.close();
    const code = String(form.get('code') ?? '');
    const more = { breakGlass: true, reason: String(form.get('reason')), ...(code ? { code } : {}) };
    if (this.asksFor('passkey', this.glasses)) await this.withPasskey(more);
    else await this.vote('approve', more);
  }
}
customElements.define('km-ask', Ask);
