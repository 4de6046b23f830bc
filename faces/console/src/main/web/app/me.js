/** One's own account: codes, passkeys, recovery codes, password. */
import { html, nothing } from 'lit';
import { get, keepHalf, post, remove } from './api.js';
import { heading, icon, tag, values } from './parts.js';
import { Page } from './page.js';
import { canUsePasskeys, prove, register } from './passkey.js';
import { qr } from './qr.js';
import { ago, plain } from './text.js';

class Me extends Page {
  static properties = {
    ...Page.properties,
    session: { state: true },
    passkeys: { state: true },
    enrolment: { state: true },
    recovery: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.session = undefined;
    /** @type {any[]} */
    this.passkeys = [];
    /** What an app needs to make codes; gone with this page. @type {any} */
    this.enrolment = undefined;
    /** @type {string[]} */
    this.recovery = [];
  }

  async load() {
    const [session, { passkeys }] = await Promise.all([get('/v1/sessions/current'), get('/v1/me/passkeys')]);
    this.session = session;
    this.passkeys = passkeys;
  }

  body() {
    return html`${heading('You', nothing, `${this.session.person}, ${this.session.role}`)}
      <div class="grid">${this.codes()} ${this.keys()} ${this.password()}</div>`;
  }

  codes() {
    const on = this.session.factors.includes('totp');
    return html`<section class="card stack" aria-labelledby="codes">
      <div class="card-head"><h2 id="codes">Codes from an app</h2>${on ? tag('on', 'good') : tag('off')}</div>
      ${this.recovery.length ? this.codesOnce() : nothing}
      ${this.enrolment ? this.enrol() : on ? this.enrolled() : html`<p>An authenticator app makes a new six-digit code every 30 seconds.</p>
            <button class="primary" @click=${this.begin}>Set up codes</button>`}
    </section>`;
  }

  enrol() {
    return html`<p>Scan this with the app, then type the code that it shows.</p>
      ${qr(this.enrolment.qr, 'QR code for the authenticator app')}
      <details><summary>Cannot scan?</summary><code>${this.enrolment.secret}</code></details>
      <form class="row" @submit=${this.confirm}>
        <label>Code<input class="code" name="code" inputmode="numeric" autocomplete="one-time-code" required pattern="[0-9]{6,8}" maxlength="8" /></label>
        <button class="primary">Confirm</button>
      </form>`;
  }

  begin() {
    this.attempt(async () => {
      this.enrolment = await post('/v1/me/totp', await prove(this.passkeys.length > 0, undefined));
    });
  }

  /** @param {SubmitEvent} event */
  confirm(event) {
    const { code } = values(event);
    this.attempt(async () => {
      const done = await post('/v1/me/totp/confirm', { code });
      this.enrolment = undefined;
      this.recovery = done.recoveryCodes ?? [];
    }, 'Codes are on.');
  }

  codesOnce() {
    return html`<div class="once">
      <p class="label">Recovery codes: each works once, instead of a code. They are shown now and never again.</p>
      <ol class="codes">${this.recovery.map((code) => html`<li>${code}</li>`)}</ol>
      <button @click=${() => navigator.clipboard.writeText(this.recovery.join('\n'))}>Copy all</button>
      <button class="primary" @click=${() => (this.recovery = [])}>I have kept them</button>
    </div>`;
  }

  enrolled() {
    return html`<p>The app’s codes sign in and approve. One of them changes this, too.</p>
      <form class="row" @submit=${this.renew}>
        <label>Code<input name="code" inputmode="numeric" autocomplete="one-time-code" required pattern="[0-9]{6,8}" size="8" /></label>
        <button name="what" value="renew">New recovery codes</button>
        <button class="danger" name="what" value="end">Switch off</button>
      </form>`;
  }

  /** @param {SubmitEvent} event */
  renew(event) {
    const { code } = values(event);
    const end = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value === 'end';
    this.attempt(
      async () => {
        if (end) await remove('/v1/me/totp', { code });
        else this.recovery = (await post('/v1/me/recovery-codes', { code })).recoveryCodes;
      },
      end ? 'Codes are off.' : undefined,
    );
  }

  keys() {
    return html`<section class="card stack" aria-labelledby="keys">
      <div class="card-head"><h2 id="keys">Passkeys</h2>${this.passkeys.length ? tag(String(this.passkeys.length), 'good') : tag('none')}</div>
      <p>Signs in, and signs the exact request that is approved. A touch, and nothing to type.</p>
      <ul class="stack">
        ${this.passkeys.map(
          (key) => html`<li class="row"><span class="name">${plain(key.label, 64)}</span> <span class="under">${ago(key.createdAt)}</span>
            <button class="danger" @click=${() => this.drop(key)}>Remove<span class="hidden"> ${key.label}</span></button></li>`,
        )}
      </ul>
      ${canUsePasskeys()
        ? html`<form class="row" @submit=${this.add}><label>Name<input name="label" required maxlength="64" placeholder="this laptop" /></label>
            ${this.session.factors.includes('totp') && !this.passkeys.length
              ? html`<label>Code<input name="code" inputmode="numeric" autocomplete="one-time-code" required pattern="[0-9]{6,8}" size="8" /></label>`
              : nothing}
            <button>${icon('touch')} Add a passkey</button></form>`
        : html`<p class="under">This browser has none.</p>`}
    </section>`;
  }

  /** @param {SubmitEvent} event */
  add(event) {
    const { label, code } = values(event);
    this.attempt(
      async () => register(label ?? '', await prove(this.passkeys.length > 0, code)),
      'The passkey is ready.',
    );
  }

  /** @param {any} key */
  drop(key) {
    this.attempt(
      async () => remove(`/v1/me/passkeys/${encodeURIComponent(key.id)}`, await prove(true, undefined)),
      'The passkey is removed.',
    );
  }

  password() {
    return html`<section class="card stack" aria-labelledby="password"><h2 id="password">Password</h2>
      <form class="stack" @submit=${this.change}>
        <input type="hidden" name="username" autocomplete="username" .value=${this.session.person} />
        <label>The one you have<input name="current" type="password" required autocomplete="current-password" /></label>
        <label>A new one<input name="new" type="password" required minlength="12" autocomplete="new-password" /></label>
        <div><button>Change</button></div>
      </form></section>`;
  }

  /** @param {SubmitEvent} event */
  change(event) {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const { current, new: next } = values(event);
    this.attempt(async () => {
      // All sessions end, and this one goes on with new halves.
      keepHalf((await post('/v1/me/password', { current, new: next })).csrf);
      form.reset();
    }, 'The password is changed.');
  }
}
customElements.define('km-me', Me);
