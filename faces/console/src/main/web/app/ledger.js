/** The audit log: its tail, live; a filter; and its proof. */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { get } from './api.js';
import { heading, icon, tag } from './parts.js';
import { Page } from './page.js';
import { clock, plain } from './text.js';
import { verifyLedger } from './verify.js';

const SHOWN = 200;
const TONES = { ok: 'good', refused: 'bad', failed: 'bad', unknown: 'hot' };

class LedgerPage extends Page {
  static hears = ['ledger'];
  static properties = {
    ...Page.properties,
    entries: { state: true },
    size: { state: true },
    find: { state: true },
    paused: { state: true },
    findings: { state: true },
    progress: { state: true },
  };

  constructor() {
    super();
    /** @type {Array<{index: number, entry: any}>} newest first */
    this.entries = [];
    this.size = 0;
    this.find = '';
    this.paused = false;
    /** @type {import('./verify.js').Finding[] | undefined} */
    this.findings = undefined;
    /** @type {{done: number, of: number} | undefined} */
    this.progress = undefined;
  }

  async load() {
    if (this.paused) return;
    const newest = this.entries[0]?.index;
    const page = await get(newest === undefined ? `/v1/ledger?limit=${SHOWN}` : `/v1/ledger?from=${newest + 1}&limit=1000`);
    this.size = page.size;
    this.entries = [...page.entries.reverse(), ...this.entries].slice(0, 5 * SHOWN);
  }

  async verify() {
    this.findings = undefined;
    this.progress = { done: 0, of: 0 };
    try {
      this.findings = await verifyLedger((done, of) => (this.progress = { done, of }));
    } catch (problem) {
      this.findings = [{ ok: undefined, text: `Not verified: ${problem instanceof Error ? problem.message : problem}` }];
    } finally {
      this.progress = undefined;
    }
  }

  body() {
    const words = this.find.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = this.entries.filter(({ entry }) => {
      const text = JSON.stringify(entry).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return html`${heading(
      'Ledger',
      html`<label><span class="hidden">Filter</span><input type="search" placeholder="Filter: agent, host, refused…" @input=${(/** @type {Event} */ e) => (this.find = /** @type {HTMLInputElement} */ (e.target).value)} /></label>
        <button aria-pressed=${this.paused} @click=${this.pause}>${this.paused ? 'Go on' : 'Pause'}</button>
        <button class="primary" ?disabled=${this.progress !== undefined} @click=${this.verify}>${icon('yes')} Verify</button>`,
      `${this.size} entries; the newest first.`,
    )}
    ${this.verdict()}
    <div class="scroll tail" tabindex="0" role="region" aria-label="Entries"><table>
      <thead><tr><th scope="col">#</th><th scope="col">Time</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Credential</th><th scope="col">Where</th><th scope="col">End</th></tr></thead>
      <tbody>${repeat(shown.slice(0, SHOWN), ({ index }) => index, (each) => row(each))}</tbody>
    </table></div>`;
  }

  pause() {
    this.paused = !this.paused;
    this.reload();
  }

  verdict() {
    if (this.progress) {
      return html`<section class="card verdict" role="status"><h2>Hashing…</h2>
        <progress aria-label="Entries hashed" max=${this.progress.of || 1} value=${this.progress.done}></progress></section>`;
    }
    if (!this.findings) return nothing;
    const bad = this.findings.some((finding) => finding.ok === false);
    const good = !bad && this.findings.some((finding) => finding.ok === true);
    return html`<section class="card verdict ${bad ? 'bad' : good ? 'good' : ''}" role="status" aria-labelledby="verdict">
      <h2 id="verdict">${bad ? 'This ledger does not verify' : good ? 'Verified in this browser' : 'Not verified'}</h2>
      <ul>
        ${this.findings.map(
          (finding) => html`<li><span aria-hidden="true">${finding.ok === undefined ? '○' : finding.ok ? '✓' : '✗'}</span>
            <span>${finding.ok === undefined ? html`<strong>Not checked here:</strong> ` : nothing}${finding.text}</span></li>`,
        )}
      </ul>
    </section>`;
  }
}

/** A digest by its beginning: the whole of it is in the export. @param {string} value */
const short = (value) => (/^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value);

/** @param {{index: number, entry: any}} each */
function row({ index, entry }) {
  const where = [entry.method, entry.destination, entry.path].filter(Boolean).join(' ');
  const detail = entry.detail ? Object.entries(entry.detail).map(([name, value]) => `${name}=${short(String(value))}`).join(' ') : '';
  return html`<tr>
    <td data-of="#">${index}</td>
    <td data-of="Time">${clock(entry.at)}</td>
    <td data-of="What">${entry.kind}${entry.phase === 'fact' ? nothing : html` <span class="under">${entry.phase}</span>`}</td>
    <td data-of="Who">${plain(entry.actor, 64)}</td>
    <td data-of="Credential">${entry.credential ? plain(entry.credential, 64) : nothing}</td>
    <td class="wide" data-of="Where">${plain(where, 200)} <span class="under">${plain(detail, 200)}</span></td>
    <td data-of="End">${entry.result ? tag(entry.code ? `${entry.result} ${entry.code}` : entry.result, TONES[/** @type {'ok'} */ (entry.result)] ?? '') : nothing}</td>
  </tr>`;
}
customElements.define('km-ledger', LedgerPage);
