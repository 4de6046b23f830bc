/** Tells everybody at a console that somebody has passed alone. */
import { get } from './api.js';
import { announce } from './status.js';

/** @type {Set<string>} approvals that were told of */
const told = new Set();

/** The yes that stands alone, if there is one. @param {any} approval */
export const brokenBy = (approval) => (approval.votes ?? []).find((/** @type {any} */ vote) => vote.breakGlass);

/** @param {string} id of an approval that has changed @param {string} me who is told of others only */
export async function tellOfGlass(id, me) {
  if (told.has(id)) return;
  const approval = await get(`/v1/approvals/${id}`);
  const vote = brokenBy(approval);
  if (vote && vote.person !== me && !told.has(id)) {
    told.add(id);
    announce(`${vote.person} broke the glass for ${approval.credential}: ${vote.reason}`, {});
  }
}
