/** The openclaw.json editor. Sensitive values never come here: a sentinel stands where each is. */
import { html, nothing } from 'lit';
import { post, Problem, send } from './api.js';
import { difference } from './diff.js';
import { failure, heading, tag, values } from './parts.js';
import { Page } from './page.js';
import { announce } from './status.js';
import { ago, count, plain } from './text.js';

const SENTINEL = '__OPENCLAW_REDACTED__';
const KEPT = 'keymantle-openclaw-path';

const REMEDIES = /** @type {const} */ ([
  ['env', '${VAR}', 'OpenClaw reads it from its environment.'],
  ['ref', 'SecretRef', 'OpenClaw asks Keymantle for it.'],
  ['token', 'Broker token', 'OpenClaw never sees it; the gateway puts it in.'],
]);

class OpenClaw extends Page {
  static properties = {
    ...Page.properties,
    file: { state: true },
    text: { state: true },
    conflict: { state: true },
    created: { state: true },
    refused: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {{path: string, base: string, text: string, findings: any[], history: any[]} | undefined} */
    this.file = undefined;
    this.text = '';
    /** @type {{mine: string, original: string, current: {base: string, text: string}} | undefined} */
    this.conflict = undefined;
    /** @type {any} */
    this.created = undefined;
    /** @type {any} */
    this.refused = undefined;
    this.busy = false;
  }

  /** Only one's own saving changes what is in the editor. */
  async load() {
    if (!this.file && sessionStorage.getItem(KEPT)) await this.open(sessionStorage.getItem(KEPT) ?? '');
  }

  /** @param {string} path */
  async open(path) {
    await this.guarded(async () => {
      this.file = await post('/v1/openclaw/open', { path });
      this.text = this.file?.text ?? '';
      this.conflict = undefined;
      sessionStorage.setItem(KEPT, path);
    });
  }

  /** @param {() => Promise<void>} action */
  async guarded(action) {
    this.busy = true;
    this.refused = undefined;
    try {
      await action();
    } catch (problem) {
      this.refused = problem;
    } finally {
      this.busy = false;
    }
  }

  save() {
    const file = this.file;
    if (!file) return;
    const mine = this.text;
    this.guarded(async () => {
      try {
        await send('PUT', '/v1/openclaw', { path: file.path, base: file.base, text: mine });
        announce('Saved.');
        await this.open(file.path);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.code !== 'conflict') throw problem;
        this.conflict = { mine, original: problem.body.original ?? file.text, current: problem.body.current };
      }
    });
  }

  /** @param {any} finding @param {string} as */
  protect(finding, as) {
    const file = this.file;
    if (!file) return;
    if (this.text !== file.text) {
      announce('Save first: a remedy changes the file itself.');
      return;
    }
    this.guarded(async () => {
      const done = await post('/v1/openclaw/protect', { path: file.path, base: file.base, pointer: finding.pointer, as });
      this.created = done.created;
      announce('The value is in the store now.');
      await this.open(file.path);
    });
  }

  body() {
    return html`${heading(
      'openclaw.json',
      this.file ? html`${this.text === this.file.text ? nothing : tag('changed', 'hot')}<button class="primary" ?disabled=${this.busy || this.text === this.file.text} @click=${this.save}>Save</button>` : nothing,
      `Where ${SENTINEL} stands, a value is that never comes to this page. Saving puts each back at its path.`,
    )}
    <form class="row" @submit=${(/** @type {SubmitEvent} */ e) => this.open(values(e)['path'] ?? '')}>
      <label>File<input name="path" required spellcheck="false" size="48" placeholder="/home/you/.openclaw/openclaw.json" .value=${this.file?.path ?? ''} /></label>
      <button ?disabled=${this.busy}>Open</button>
    </form>
    ${this.refused ? failure(this.refused) : nothing} ${this.conflict ? this.threeWay(this.conflict) : nothing}
    ${this.file ? html`<div class="split">${this.editor()}<aside class="stack" aria-label="Findings and history">${this.findings()} ${this.history()}</aside></div>` : nothing}`;
  }

  editor() {
    const lines = this.text.split('\n').length;
    return html`<div class="editor">
      <pre class="numbers" aria-hidden="true">${Array.from({ length: lines }, (_, i) => i + 1).join('\n')}</pre>
      <textarea aria-label="The file’s text" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" .value=${this.text}
        @input=${(/** @type {Event} */ e) => (this.text = /** @type {HTMLTextAreaElement} */ (e.target).value)} @scroll=${this.follow} @keydown=${this.key}></textarea>
    </div>`;
  }

  follow() {
    const [numbers, area] = [this.querySelector('.numbers'), this.querySelector('textarea')];
    if (numbers && area) numbers.scrollTop = area.scrollTop;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      this.save();
    }
  }

  /** Selects the line of a finding: the first with its name and a hidden value. @param {any} finding */
  goTo(finding) {
    const area = this.querySelector('textarea');
    const name = finding.pointer.split('/').pop().replaceAll('~1', '/').replaceAll('~0', '~');
    const lines = this.text.split('\n');
    const named = lines.findIndex((line) => line.includes(name) && line.includes(SENTINEL));
    const line = named < 0 ? lines.findIndex((each) => each.includes(name)) : named;
    if (!area || line < 0) return;
    const start = lines.slice(0, line).reduce((n, each) => n + each.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line] ?? '').length);
    area.scrollTop = Math.max(0, (line - 3) * 1.45 * parseFloat(getComputedStyle(area).fontSize));
  }

  findings() {
    const findings = this.file?.findings ?? [];
    return html`<section class="card stack" aria-labelledby="findings">
      <div class="card-head"><h2 id="findings">Values in the clear</h2>${findings.length ? tag(count(findings.length, 'finding'), 'bad') : tag('none', 'good')}</div>
      ${this.created ? this.made(this.created) : nothing}
      ${findings.map(
        (finding) => html`<div class="binding stack">
          <div><code>${plain(finding.path || finding.pointer, 160)}</code> <span class="under">${plain(finding.why, 120)}, ${finding.length} characters</span></div>
          <div class="row">
            ${REMEDIES.filter(([as]) => finding.protections.includes(as)).map(
              ([as, word, why]) => html`<button title=${why} ?disabled=${this.busy} @click=${() => this.protect(finding, as)}>${word}<span class="hidden"> for ${finding.path}</span></button>`,
            )}
            ${finding.pointer ? html`<button class="quiet" @click=${() => this.goTo(finding)}>Show<span class="hidden"> ${finding.path}</span></button>` : nothing}
          </div>
        </div>`,
      )}
    </section>`;
  }

  /** @param {any} created */
  made(created) {
    return html`<div class="once"><p class="label">The value is the credential ${plain(created.credential, 64)} now.</p>
      ${created.next.length ? html`<ol>${created.next.map((/** @type {string} */ step) => html`<li><code>${plain(step, 300)}</code></li>`)}</ol>` : nothing}</div>`;
  }

  history() {
    const history = this.file?.history ?? [];
    return html`<section class="card stack" aria-labelledby="history"><h2 id="history">History</h2>
      ${history.length
        ? html`<ol class="stack">${history.map((each) => html`<li>${ago(each.at)} <span class="under">${plain(each.person, 64)}: ${plain(each.changed.join(', '), 200)}</span></li>`)}</ol>`
        : html`<p class="under">Not changed here yet.</p>`}
    </section>`;
  }

  /** @param {{mine: string, original: string, current: {base: string, text: string}}} conflict */
  threeWay({ mine, original, current }) {
    return html`<section class="card stack" role="alert" aria-labelledby="conflict">
      <h2 id="conflict">The file has changed since you opened it</h2>
      <div class="three">
        ${shown('As you opened it', original)} ${compared('Yours', original, mine)} ${compared('As it is now', original, current.text)}
      </div>
      <div class="row">
        <button class="primary" @click=${() => this.settle(current, mine)}>Go on with yours over it</button>
        <button @click=${() => this.settle(current, current.text)}>Take the file as it is now</button>
      </div>
    </section>`;
  }

  /** The current state becomes the base; nothing is saved yet. @param {{base: string, text: string}} current @param {string} text */
  settle(current, text) {
    if (!this.file) return;
    this.file = { ...this.file, base: current.base, text: current.text };
    this.text = text;
    this.conflict = undefined;
  }
}

/** @param {string} title @param {string} text */
function shown(title, text) {
  return html`<div><h3>${title}</h3><pre class="version" tabindex="0" role="region" aria-label=${title}>${text}</pre></div>`;
}

/** @param {string} title @param {string} before @param {string} after */
function compared(title, before, after) {
  return html`<div><h3>${title}</h3><pre class="version diff" tabindex="0" role="region" aria-label=${title}>${difference(before, after).map((line) =>
      line.kind === 'new' ? html`<ins>+ ${line.text}</ins>` : line.kind === 'gone' ? html`<del>- ${line.text}</del>` : html`  ${line.text}\n`,
    )}</pre></div>`;
}
customElements.define('km-openclaw', OpenClaw);
