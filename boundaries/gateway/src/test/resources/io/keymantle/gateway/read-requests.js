// Reads requests with the HTTP parser of Node.js (llhttp), which knows nothing of ours. Takes one in base64 a line; answers with a line of
// six fields between tabs: the error or "-", the first message's method, its fields as name:value joined by line feeds and its body (both
// in base64), the targets of all messages, and whether the first is whole.
const { HTTPParser, methods } = process.binding('http_parser');

function read(bytes) {
  const messages = [];
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, 0);
  let fields = [];
  let target = '';
  let body = [];
  parser[HTTPParser.kOnHeaders | 0] = (some, url) => {
    fields.push(...some);
    target += url;
  };
  parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, all, method, url) => {
    messages.push({ method: methods[method], target: url ?? target, fields: all ?? fields });
    fields = [];
    target = '';
    body = [];
  };
  parser[HTTPParser.kOnBody | 0] = (piece) => {
    body.push(piece);
  };
  parser[HTTPParser.kOnMessageComplete | 0] = () => {
    messages.at(-1).body = Buffer.concat(body);
  };
  const result = parser.execute(bytes, 0, bytes.length);
  const first = messages[0] ?? { method: '', fields: [] };
  const pairs = [];
  for (let i = 0; i + 1 < first.fields.length; i += 2) {
    pairs.push(first.fields[i].toLowerCase() + ':' + first.fields[i + 1]);
  }
  return [
    typeof result === 'number' ? '-' : result.code,
    first.method,
    Buffer.from(pairs.join('\n'), 'latin1').toString('base64'),
    (first.body ?? Buffer.alloc(0)).toString('base64'),
    messages.map((each) => each.target).join(' '),
    first.body ? 'whole' : 'cut',
  ].join('\t');
}

const lines = require('fs').readFileSync(0, 'latin1').split('\n').filter((line) => line);
process.stdout.write(lines.map((line) => read(Buffer.from(line, 'base64'))).join('\n') + '\n');
