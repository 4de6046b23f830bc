/** The pages, and what the address after `#` says about which of them is open. */
import { html } from 'lit';

/**
 * @typedef {{name: string, title: string, icon: any, roles: string[], key: string,
 *   load?: () => unknown, show: (rest: string, person: any) => unknown}} PageRoute
 */

const APPROVERS = ['owner', 'approver'];
const ALL = ['owner', 'approver', 'auditor'];
const OWNER = ['owner'];

/** @type {PageRoute[]} */
export const PAGES = [
  { name: 'inbox', title: 'Inbox', icon: 'inbox', roles: APPROVERS, key: 'i', load: () => import('./inbox.js'), show: (rest, person) => html`<km-inbox .rest=${rest} .person=${person}></km-inbox>` },
  { name: 'credentials', title: 'Credentials', icon: 'key', roles: APPROVERS, key: 'c', load: () => import('./credentials.js'), show: (rest, person) => html`<km-credentials .rest=${rest} .person=${person}></km-credentials>` },
  { name: 'sources', title: 'Sources', icon: 'source', roles: OWNER, key: 'v', load: () => import('./sources.js'), show: (rest, person) => html`<km-sources .rest=${rest} .person=${person}></km-sources>` },
  { name: 'agents', title: 'Agents', icon: 'agent', roles: APPROVERS, key: 'a', load: () => import('./agents.js'), show: (rest, person) => html`<km-agents .rest=${rest} .person=${person}></km-agents>` },
  { name: 'grants', title: 'Grants', icon: 'grant', roles: APPROVERS, key: 'g', load: () => import('./grants.js'), show: (rest, person) => html`<km-grants .rest=${rest} .person=${person}></km-grants>` },
  { name: 'ledger', title: 'Ledger', icon: 'ledger', roles: ALL, key: 'l', load: () => import('./ledger.js'), show: (rest, person) => html`<km-ledger .rest=${rest} .person=${person}></km-ledger>` },
  { name: 'openclaw', title: 'openclaw.json', icon: 'file', roles: OWNER, key: 'o', load: () => import('./openclaw.js'), show: (rest, person) => html`<km-openclaw .rest=${rest} .person=${person}></km-openclaw>` },
  { name: 'people', title: 'People', icon: 'people', roles: OWNER, key: 'p', load: () => import('./people.js'), show: (rest, person) => html`<km-people .rest=${rest} .person=${person}></km-people>` },
  { name: 'me', title: 'You', icon: 'me', roles: ALL, key: 'y', load: () => import('./me.js'), show: (rest, person) => html`<km-me .rest=${rest} .person=${person}></km-me>` },
  { name: 'settings', title: 'Settings', icon: 'settings', roles: APPROVERS, key: 's', load: () => import('./settings.js'), show: (rest, person) => html`<km-settings .rest=${rest} .person=${person}></km-settings>` },
];

/** @type {PageRoute} */
const SETUP = { name: 'setup', title: 'Set up', icon: 'me', roles: [], key: '', show: () => '' };

/** @param {string} role */
export const pagesFor = (role) => PAGES.filter((page) => page.roles.includes(role));

/** What is open: for who may not see it, or not yet anything, their first page. @param {string} hash @param {string} role @returns {{page: PageRoute, rest: string}} */
export function route(hash, role) {
  const [name = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  const pages = pagesFor(role);
  const page = name === 'setup' ? SETUP : (pages.find((each) => each.name === name) ?? pages[0] ?? PAGES[0]);
  return { page: /** @type {PageRoute} */ (page), rest: decodeURIComponent(rest.join('/')) };
}
