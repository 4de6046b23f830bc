/** Passkeys: the browser's own JSON forms of WebAuthn, which the broker speaks too. */
import { post } from './api.js';

/** @returns {boolean} */
export const canUsePasskeys = () => 'PublicKeyCredential' in window;

/** @param {any} options */
const publicKeyOf = (options) => options.publicKey ?? options;

/**
 * Signs a challenge.
 * @param {{challenge: string, options: any}} asked
 * @returns {Promise<{challenge: string, assertion: string}>}
 */
export async function sign(asked) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(publicKeyOf(asked.options));
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey }));
  return { challenge: asked.challenge, assertion: JSON.stringify(credential.toJSON()) };
}

/** Signs in with a passkey. @param {string} [name] */
export async function signIn(name) {
  const signed = await sign(await post('/v1/passkey-challenges', { purpose: 'login' }));
  return post('/v1/sessions', name ? { name, ...signed } : signed);
}

/**
 * What a person who has a factor shows before another is made or ended: a passkey's answer, or a code.
 * @param {boolean} passkey whether there is one
 * @param {string | undefined} code
 */
export async function prove(passkey, code) {
  if (passkey) {
    return { proof: await sign(await post('/v1/passkey-challenges', { purpose: 'proof' })) };
  }
  return code ? { code } : {};
}

/** Makes a passkey for the person who is signed in. @param {string} label @param {object} proof */
export async function register(label, proof) {
  const asked = await post('/v1/passkey-challenges', { purpose: 'register' });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(publicKeyOf(asked.options));
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
  const attestation = JSON.stringify(credential.toJSON());
  return post('/v1/me/passkeys', { challenge: asked.challenge, attestation, label, ...proof });
}
