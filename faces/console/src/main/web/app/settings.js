/** What runs, and what a person should know of it. */
import { html, nothing } from 'lit';
import { get } from './api.js';
import { heading, tag } from './parts.js';
import { Page } from './page.js';
import { setTheme, theme } from './theme.js';

const LEVELS = {
  isolated: 'Agents are isolated from the broker.',
  'separate-user': 'The broker has a system user of its own: agents reach gateway and agent API only.',
  'same-user': 'The broker runs as your user: what is not isolated by keymantle run can read its files.',
};

class Settings extends Page {
  static properties = { ...Page.properties, status: { state: true }, runs: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.status = undefined;
    /** @type {any[]} */
    this.runs = [];
  }

  async load() {
    const [status, { runs }] = await Promise.all([get('/v1/status'), get('/v1/runs')]);
    this.status = status;
    this.runs = runs;
  }

  body() {
    const it = this.status;
    return html`${heading('Settings', nothing, `Keymantle ${it.version}`)}
      ${it.notices.map((/** @type {string} */ notice) => html`<p class="warning" role="note">${notice}</p>`)}
      <div class="grid">
        <section class="card stack" aria-labelledby="runs"><h2 id="runs">What runs</h2>
          <dl class="facts">
            ${[['Gateway', it.gateway], ['Agent API', it.api], ['Console', it.console], ['Root CA', it.ca], ['Process', it.pid]].map(
              ([name, value]) => (value === undefined ? nothing : html`<dt>${name}</dt><dd><code>${value}</code></dd>`),
            )}
            <dt>Isolated runs</dt><dd>${this.runs.length ? this.runs.map((run) => tag(`${run.agent} (${run.trust})`)) : 'none'}</dd>
          </dl>
        </section>
        <section class="card stack" aria-labelledby="level"><h2 id="level">Trust level</h2>
          <p>${tag(it.trust, it.trust === 'same-user' ? 'hot' : 'good')}</p>
          <p>${LEVELS[/** @type {'isolated'} */ (it.trust)] ?? ''}</p>
          <p class="under">Home: ${it.passphrase ? 'opened by a passphrase' : 'opened by a key file'}.</p>
        </section>
        <section class="card stack" aria-labelledby="looks"><h2 id="looks">Colours</h2>
          <div class="row">
            ${['auto', 'light', 'dark'].map(
              (each) => html`<label class="beside"><input type="radio" name="looks" .checked=${theme() === each} @change=${() => setTheme(each)} /> ${each}</label>`,
            )}
          </div>
        </section>
      </div>`;
  }
}
customElements.define('km-settings', Settings);
