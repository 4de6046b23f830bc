/**
 * The tabs of one console. A session's second half is kept per tab; a new tab asks the others for it,
 * which only pages of this very origin, port and all, can hear.
 */
import { half, hasSession, keepHalf } from './api.js';

const channel = new BroadcastChannel('keymantle');

channel.addEventListener('message', (event) => {
  if (event.data?.ask === 'half' && hasSession()) {
    channel.postMessage({ half: half() });
  }
});

/** Resolves once another tab has given its half, or none has after a moment. @returns {Promise<void>} */
export function askOthers() {
  return new Promise((resolve) => {
    const timer = setTimeout(done, 80);
    function done() {
      clearTimeout(timer);
      channel.removeEventListener('message', heard);
      resolve();
    }
    /** @param {MessageEvent} event */
    function heard(event) {
      if (typeof event.data?.half === 'string' && event.data.half !== '') {
        keepHalf(event.data.half);
        done();
      }
    }
    channel.addEventListener('message', heard);
    channel.postMessage({ ask: 'half' });
  });
}

/** Passes an event of the broker on to the other tabs. @param {{name: string, id: string}} event */
export function passOn(event) {
  channel.postMessage({ event });
}

/** @param {(event: {name: string, id: string}) => void} listener */
export function whenPassedOn(listener) {
  channel.addEventListener('message', (message) => {
    if (message.data?.event) {
      listener(message.data.event);
    }
  });
}
