/**
 * The HTTP API, as the pages call it. The session has two halves: a cookie that no script can read,
 * and the one that is kept here, for this tab, and goes with every call.
 */

const KEPT = 'keymantle-csrf';

/** A refusal of the broker: what is wrong, and what mends it. */
export class Problem extends Error {
  /** @param {number} status @param {any} body */
  constructor(status, body) {
    super(body?.message ?? `The broker answered ${status}.`);
    this.status = status;
    /** @type {string} */
    this.code = body?.code ?? 'internal';
    /** @type {string} */
    this.fix = body?.fix ?? '';
    /** The whole answer: a conflict has the current state in it. @type {any} */
    this.body = body ?? {};
  }
}

/** @type {Set<() => void>} */
const onEnd = new Set();

/** Calls back when the session has ended, whoever ended it. @param {() => void} callback */
export function whenSessionEnds(callback) {
  onEnd.add(callback);
}

/** @returns {boolean} */
export function hasSession() {
  return sessionStorage.getItem(KEPT) !== null;
}

/** @returns {string} */
export function half() {
  return sessionStorage.getItem(KEPT) ?? '';
}

/** @param {string} csrf */
export function keepHalf(csrf) {
  sessionStorage.setItem(KEPT, csrf);
}

export function forgetHalf() {
  sessionStorage.removeItem(KEPT);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
export async function send(method, path, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { accept: 'application/json' };
  const sent = hasSession();
  if (sent) {
    headers['x-keymantle-csrf'] = half();
  }
  const takesBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  if (takesBody || body !== undefined) {
    headers['content-type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: takesBody || body !== undefined ? JSON.stringify(body ?? {}) : undefined,
      credentials: 'same-origin',
      redirect: 'error',
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) {
      throw cause;
    }
    throw new Problem(0, {
      code: 'broker_unreachable',
      message: 'The broker does not answer.',
      fix: 'keymantle up',
    });
  }
  if (!response.ok) {
    const problem = new Problem(response.status, await response.json().catch(() => undefined));
    if (response.status === 401 && sent && problem.code === 'session_required') {
      forgetHalf();
      onEnd.forEach((callback) => callback());
    }
    throw problem;
  }
  return response;
}

/** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export async function call(method, path, body) {
  return (await send(method, path, body)).json();
}

/** @param {string} path @returns {Promise<any>} */
export const get = (path) => call('GET', path);
/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export const post = (path, body) => call('POST', path, body);
/** @param {string} path @param {unknown} body @returns {Promise<any>} */
export const patch = (path, body) => call('PATCH', path, body);
/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export const remove = (path, body) => call('DELETE', path, body);

/** A streamed answer's text, as it comes. @param {Response} response @returns {ReadableStreamDefaultReader<string>} */
export function textOf(response) {
  const decoder = /** @type {ReadableWritablePair<string, Uint8Array<ArrayBuffer>>} */ (
    /** @type {unknown} */ (new TextDecoderStream())
  );
  return /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).pipeThrough(decoder).getReader();
}
