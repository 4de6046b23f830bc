// Loaded into Node.js by `keymantle run` (NODE_OPTIONS): sends fetch and https through HTTPS_PROXY on versions that do not do so
// themselves (NODE_USE_ENV_PROXY came with 22.21 and 24). Changes nothing where there is no proxy.
'use strict';

const http = require('node:http');
const https = require('node:https');
const tls = require('node:tls');

const [major, minor] = process.versions.node.split('.').map(Number);
const builtIn = major > 23 || (major === 22 && minor >= 21);
const address = process.env.HTTPS_PROXY;

if (address && !builtIn) {
  const proxy = new URL(address);
  const login = proxy.username ? `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}` : '';
  const headers = login ? { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` } : {};

  // A TLS connection to the host through a tunnel of the proxy; calls back with (error, socket).
  const connect = (options, callback) => {
    const host = options.hostname || options.host;
    const port = options.port || 443;
    // Node would name the proxy in Host; it has to be the target (RFC 9110, 9.3.6).
    const target = `${host}:${port}`;
    const request = http.request({
      host: proxy.hostname,
      port: proxy.port,
      method: 'CONNECT',
      path: target,
      headers: { ...headers, Host: target },
      agent: false,
    });
    request.once('connect', (reply, socket) => {
      if (reply.statusCode !== 200) {
        socket.destroy();
        callback(new Error(`the proxy refused ${target}: ${reply.statusCode}`));
        return;
      }
      const secure = tls.connect({ ...options, path: undefined, socket, servername: options.servername || host, ALPNProtocols: ['http/1.1'] });
      secure.once('secureConnect', () => {
        secure.off('error', callback);
        callback(null, secure);
      });
      secure.once('error', callback);
    });
    request.once('error', callback);
    request.end();
  };

  https.globalAgent.createConnection = (options, callback) => void connect(options, callback);

  // fetch's dispatcher is made when fetch is first used, and its class can be had from it only.
  const known = Symbol.for('undici.globalDispatcher.1');
  const original = globalThis.fetch;
  globalThis.fetch = async (...call) => {
    if (!globalThis[known]?.keymantle) {
      await original('data:,');
      const Dispatcher = globalThis[known].constructor;
      const plain = globalThis[known];
      const dispatcher = new Dispatcher({ connect });
      const dispatch = dispatcher.dispatch.bind(dispatcher);
      dispatcher.dispatch = (options, handler) => (String(options.origin).startsWith('https:') ? dispatch(options, handler) : plain.dispatch(options, handler));
      dispatcher.keymantle = true;
      globalThis[known] = dispatcher;
    }
    return original(...call);
  };
}
