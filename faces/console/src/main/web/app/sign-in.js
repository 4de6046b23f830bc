/** The first page: sign in, or set up an account with a one-time link. */
import { LitElement, html, nothing } from 'lit';
import { keepHalf, post } from './api.js';
import { failure, icon, values } from './parts.js';
import { canUsePasskeys, signIn } from './passkey.js';
import { announce } from './status.js';
import './theme.js';

class SignIn extends LitElement {
  static properties = {
    setup: { type: String },
    problem: { state: true },
    busy: { state: true },
    way: { state: true },
  };

  constructor() {
    super();
    /** The invitation of a one-time link. */
    this.setup = '';
    /** @type {any} */
    this.problem = undefined;
    this.busy = false;
    this.way = 'password';
  }

  createRenderRoot() {
    return this;
  }

  /** @param {() => Promise<any>} open */
  async open(open) {
    this.busy = true;
    this.problem = undefined;
    try {
      const session = await open();
      if (session.unsealed) {
        this.way = 'password';
        announce('The home is open. Sign in by your name.');
        return;
      }
      keepHalf(session.csrf);
      if (this.setup) location.hash = '#/me';
      this.dispatchEvent(new CustomEvent('signed-in', { bubbles: true }));
    } catch (problem) {
      this.problem = problem;
    } finally {
      this.busy = false;
    }
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    const { name, password, code, passphrase } = values(event);
    const body =
      this.way === 'passphrase' ? { passphrase } : { name, password, ...(code ? { code: code.replace(/\s/g, '') } : {}) };
    this.open(() => post('/v1/sessions', body));
  }

  /** @param {SubmitEvent} event */
  submitSetup(event) {
    const { name, password, again } = values(event);
    if (password !== again) {
      this.problem = { message: 'The two passwords differ.' };
      return;
    }
    this.open(() => post('/v1/setup', { invitation: this.setup, password, ...(name ? { name } : {}) }));
  }

  render() {
    return html`<main id="main" class="door" tabindex="-1">
      <div class="door-card">
        <p class="door-brand">Keymantle</p>
        ${this.setup ? this.setupForm() : this.signInForm()} ${this.problem ? failure(this.problem) : nothing}
        <p class="door-foot">Agents use credentials that they never see. Neither does this page.</p>
      </div>
    </main>`;
  }

  setupForm() {
    return html`<h1>Set up your account</h1>
      <form @submit=${this.submitSetup}>
        <label>Name<input name="name" autocomplete="username" spellcheck="false" autocapitalize="none" placeholder="as invited" /></label>
        <label>New password<input name="password" type="password" required minlength="12" autocomplete="new-password" /></label>
        <label>The same again<input name="again" type="password" required minlength="12" autocomplete="new-password" /></label>
        <p class="under">At least 12 characters. This link works once.</p>
        <button class="primary" ?disabled=${this.busy}>Set up</button>
      </form>`;
  }

  signInForm() {
    const passphrase = this.way === 'passphrase';
    return html`<h1>Sign in</h1>
      ${canUsePasskeys()
        ? html`<button class="primary wide" ?disabled=${this.busy} @click=${() => this.open(() => signIn())}>${icon('touch')} With a passkey</button>
            <p class="or"><span>or</span></p>`
        : nothing}
      <form @submit=${this.submit}>
        ${passphrase
          ? html`<label>The home’s passphrase<input name="passphrase" type="password" required autocomplete="current-password" /></label>`
          : html`<label>Name<input name="name" required autocomplete="username" spellcheck="false" autocapitalize="none" /></label>
              <label>Password<input name="password" type="password" required autocomplete="current-password" /></label>
              <label>Code, if you have set one up<input name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,10}" /></label>`}
        <button class="${canUsePasskeys() ? '' : 'primary'} wide" ?disabled=${this.busy}>Sign in</button>
      </form>
      <button class="quiet wide" @click=${() => (this.way = passphrase ? 'password' : 'passphrase')}>
        ${passphrase ? 'With name and password' : 'With the home’s passphrase'}
      </button>
      <p class="under">The first time? Open the one-time link that <code>keymantle up --owner-link</code> shows.</p>`;
  }
}
customElements.define('km-sign-in', SignIn);
