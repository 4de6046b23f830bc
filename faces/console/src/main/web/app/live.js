/**
 * What changes at the broker, live. One tab holds the stream, since a browser gives a host six
 * connections only, and passes on what it hears; when that tab closes, another takes over.
 */
import { hasSession, send, textOf } from './api.js';
import { passOn, whenPassedOn } from './tabs.js';

/** @typedef {{name: string, id: string}} Change */

/** @type {Set<(change: Change) => void>} */
const listeners = new Set();
/** @type {AbortController | undefined} */
let running;

/** Listens until the returned function is called. @param {(change: Change) => void} listener */
export function whenChanged(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {Change} change */
function tell(change) {
  listeners.forEach((listener) => listener(change));
}

whenPassedOn(tell);

/** Begins to listen, once a session is there. */
export function start() {
  stop();
  const controller = new AbortController();
  running = controller;
  navigator.locks
    .request('keymantle-live', { signal: controller.signal }, () => hold(controller.signal))
    .catch(() => {});
}

export function stop() {
  running?.abort();
  running = undefined;
}

/** @param {AbortSignal} signal */
async function hold(signal) {
  let pause = 500;
  while (!signal.aborted && hasSession()) {
    try {
      const response = await send('GET', '/v1/events', undefined, signal);
      tell({ name: 'connected', id: '' });
      pause = 500;
      await read(textOf(response));
    } catch {
      // Tried again below, more seldom each time.
    }
    if (!signal.aborted) {
      tell({ name: 'lost', id: '' });
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, 15_000);
    }
  }
}

/** @param {ReadableStreamDefaultReader<string>} reader */
async function read(reader) {
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    let end;
    while ((end = text.indexOf('\n\n')) >= 0) {
      hear(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

/** @param {string} message */
function hear(message) {
  const name = /^event: (.+)$/m.exec(message)?.[1];
  const data = /^data: (.+)$/m.exec(message)?.[1];
  if (name && data) {
    const change = { name, id: String(JSON.parse(data).id ?? '') };
    tell(change);
    passOn(change);
  }
}
