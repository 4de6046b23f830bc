/** The agents: who they are and what they reach. */
import { html, nothing } from 'lit';
import { get, post, remove } from './api.js';
import { empty, heading, once, tag, values } from './parts.js';
import { Page } from './page.js';
import { ago, plain } from './text.js';

class Agents extends Page {
  static hears = ['agent', 'grant'];
  static properties = { ...Page.properties, agents: { state: true }, live: { state: true }, made: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.agents = [];
    /** @type {Map<string, number>} live grants by agent */
    this.live = new Map();
    /** @type {any} */
    this.made = undefined;
  }

  async load() {
    const [{ agents }, { grants }] = await Promise.all([get('/v1/agents'), get('/v1/grants?live=true')]);
    this.agents = agents;
    this.live = new Map();
    for (const grant of grants) this.live.set(grant.agent, (this.live.get(grant.agent) ?? 0) + 1);
  }

  /** @param {SubmitEvent} event */
  add(event) {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const { name, mode } = values(event);
    this.attempt(async () => {
      this.made = await post('/v1/agents', { name, egress: { mode } });
      form.reset();
    });
  }

  body() {
    const owner = this.person.role === 'owner';
    return html`${heading('Agents', nothing, 'An agent’s token opens the gateway and the agent API, and nothing of this console.')}
      ${this.made ? once(`The token of ${this.made.name}: it is shown now and never again.`, this.made.token) : nothing}
      <div class="stack">
        ${this.agents.length ? this.table(owner) : empty('No agents yet', 'Name one for each that asks on its own.')}
        ${owner
          ? html`<section class="card" aria-labelledby="add-agent"><h2 id="add-agent">Add an agent</h2>
              <form class="row" @submit=${this.add}>
                <label>Name<input name="name" required pattern="[a-z0-9][a-z0-9._\\-]*" spellcheck="false" autocomplete="off" /></label>
                <label>May reach<select name="mode">
                  <option value="allow-listed">what its credentials are for</option><option value="open">everything</option><option value="deny">nothing else</option>
                </select></label>
                <button class="primary">Add</button>
              </form></section>`
          : nothing}
      </div>`;
  }

  /** @param {boolean} owner */
  table(owner) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Agents"><table>
      <thead><tr><th scope="col">Agent</th><th scope="col">Live grants</th><th scope="col">May reach</th><th scope="col">Added</th><th scope="col"><span class="hidden">Actions</span></th></tr></thead>
      <tbody>
        ${this.agents.map(
          (agent) => html`<tr>
            <th scope="row" class="name">${plain(agent.name, 64)} ${agent.revoked ? tag('revoked', 'bad') : nothing}</th>
            <td data-of="Live grants">${this.live.get(agent.name) ?? 0}</td>
            <td data-of="May reach">${agent.egress.mode}${agent.egress.allow.length ? html` <span class="under">${plain(agent.egress.allow.join(', '), 120)}</span>` : nothing}</td>
            <td data-of="Added">${ago(agent.createdAt)}</td>
            <td class="act">${owner && !agent.revoked ? html`<button class="danger" @click=${() => this.revoke(agent.name)}>Revoke<span class="hidden"> ${agent.name}</span></button>` : nothing}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>`;
  }

  /** @param {string} name */
  revoke(name) {
    if (confirm(`Revoke ${name}? Its grants end, and its token opens nothing any more.`)) {
      this.attempt(() => remove(`/v1/agents/${name}`), `${name} is revoked.`);
    }
  }
}
customElements.define('km-agents', Agents);
