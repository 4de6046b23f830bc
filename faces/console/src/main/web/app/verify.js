/**
 * The ledger's proof, recomputed in the browser: the RFC 6962 root over every entry, by WebCrypto,
 * against the signed checkpoint (C2SP note, Ed25519).
 */
import { get, send, textOf } from './api.js';

/** What this browser saw last: a later log must begin with it, whoever holds the key. */
const KEPT = 'keymantle-checkpoint';
/** Hashes under way at once. */
const BATCH = 2048;

/** @typedef {{ok: boolean | undefined, text: string}} Finding */

/** @param {Uint8Array[]} parts @returns {Promise<Uint8Array>} */
async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const utf8 = new TextEncoder();

/** @param {string} base64 */
const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
/** @param {Uint8Array} bytes */
const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));

/** The leaf hash of an entry's bytes. @param {string} entry */
export const leafHash = (entry) => sha256(LEAF, utf8.encode(entry));

/** The root of a tree over these leaves (RFC 6962 section 2.1). @param {Uint8Array[]} leaves */
export async function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  let level = leaves;
  while (level.length > 1) {
    /** @type {Uint8Array[]} */
    const above = [];
    for (let i = 0; i < level.length; i += 2 * BATCH) {
      const pairs = [];
      for (let j = i; j < Math.min(i + 2 * BATCH, level.length); j += 2) {
        const left = /** @type {Uint8Array} */ (level[j]);
        const right = level[j + 1];
        pairs.push(right ? sha256(NODE, left, right) : left);
      }
      above.push(...(await Promise.all(pairs)));
    }
    level = above;
  }
  return /** @type {Uint8Array} */ (level[0]);
}

/**
 * Checks a signed note against a key in the form `origin+hash+base64`.
 * @param {string} note @param {string} vkey
 * @returns {Promise<{origin: string, size: number, root: string} | undefined>} empty when it does not verify
 */
export async function openNote(note, vkey) {
  const end = note.indexOf('\n\n');
  const [, name, , key64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  if (end < 0 || !name || !key64) return undefined;
  const text = note.slice(0, end + 1);
  const key = bytesOf(key64);
  if (key[0] !== 1 || key.length !== 33) return undefined;
  const id = (await sha256(utf8.encode(`${name}\n`), key)).slice(0, 4);
  const publicKey = await crypto.subtle.importKey('raw', key.slice(1), 'Ed25519', false, ['verify']);
  for (const line of note.slice(end + 2).split('\n')) {
    const [, signer, signature64] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (signer !== name || !signature64) continue;
    const signature = bytesOf(signature64);
    if (base64Of(signature.slice(0, 4)) !== base64Of(id)) continue;
    if (await crypto.subtle.verify('Ed25519', publicKey, signature.slice(4), utf8.encode(text))) {
      const [origin = '', size = '', root = ''] = text.split('\n');
      return origin === name ? { origin, size: Number(size), root } : undefined;
    }
  }
  return undefined;
}

/**
 * The hashes of the first entries, from the bytes as they were hashed.
 * @param {number} size @param {(done: number) => void} progress
 */
async function leavesUpTo(size, progress) {
  const reader = textOf(await send('GET', '/v1/ledger/export?format=json'));
  /** @type {Uint8Array[]} */
  const leaves = [];
  let rest = '';
  while (leaves.length < size) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (let i = 0; i < lines.length && leaves.length < size; i += BATCH) {
      const batch = lines.slice(i, Math.min(i + BATCH, i + size - leaves.length));
      leaves.push(...(await Promise.all(batch.map((line, n) => leafOf(line, leaves.length + n)))));
      progress(leaves.length);
    }
  }
  await reader.cancel();
  return leaves;
}

/** @param {string} line @param {number} index */
function leafOf(line, index) {
  const before = `{"index":${index},"entry":`;
  if (!line.startsWith(before) || !line.endsWith('}')) {
    throw new Error(`entry ${index} is missing`);
  }
  return leafHash(line.slice(before.length, -1));
}

/**
 * Verifies the whole log.
 * @param {(done: number, of: number) => void} progress
 * @returns {Promise<Finding[]>}
 */
export async function verifyLedger(progress) {
  const { note, key } = await get('/v1/ledger/checkpoint');
  const checkpoint = await openNote(note, key);
  if (!checkpoint) {
    return [{ ok: false, text: 'The checkpoint’s signature is not by the log’s key.' }];
  }
  /** @type {Finding[]} */
  const findings = [{ ok: true, text: `The checkpoint over ${checkpoint.size} entries is signed by ${checkpoint.origin}.` }];
  /** @type {Uint8Array[]} */
  let leaves;
  try {
    leaves = await leavesUpTo(checkpoint.size, (done) => progress(done, checkpoint.size));
  } catch (problem) {
    return [...findings, { ok: false, text: `The entries cannot be read in order: ${problem instanceof Error ? problem.message : problem}.` }];
  }
  const whole = leaves.length === checkpoint.size && base64Of(await rootOf(leaves)) === checkpoint.root;
  findings.push(
    whole
      ? { ok: true, text: `All ${checkpoint.size} entries, hashed in this browser, give the signed root.` }
      : { ok: false, text: 'The entries do not give the signed root: at least one was changed, added or taken away.' },
  );
  findings.push(await sinceLastTime(leaves, key), {
    ok: undefined,
    text: `That ${key} is the key of this log is the broker’s word: compare it with the file ledger.pub of the home.`,
  });
  if (whole && findings.every((finding) => finding.ok !== false)) {
    localStorage.setItem(KEPT, JSON.stringify({ key, size: checkpoint.size, root: checkpoint.root }));
  }
  return findings;
}

/** @param {Uint8Array[]} leaves @param {string} key @returns {Promise<Finding>} */
async function sinceLastTime(leaves, key) {
  const before = JSON.parse(localStorage.getItem(KEPT) ?? 'null');
  if (!before) {
    return { ok: undefined, text: 'This browser has not verified the log before: that nothing was cut off earlier is not shown.' };
  }
  if (before.key !== key) {
    return { ok: false, text: 'The log’s key is another one than when this browser verified it last.' };
  }
  const same = leaves.length >= before.size && base64Of(await rootOf(leaves.slice(0, before.size))) === before.root;
  return same
    ? { ok: true, text: `The log still begins with the ${before.size} entries that this browser verified last.` }
    : { ok: false, text: `The log no longer begins with the ${before.size} entries that this browser verified last.` };
}
