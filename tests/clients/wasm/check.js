// Puts the client that was compiled for wasm32 through its paces and prints, as JSON, what it saw.
//
// Usage: check.js MODULE URL PUBLIC_KEY

'use strict';

const http = require('http');

const [modulePath, url, publicKey] = process.argv.slice(2);
const {Omise} = require(modulePath);

const ID = 'src_test_5g5in1we65199wlsyji';
const SOURCE = JSON.stringify({
  object: 'source',
  id: ID,
  livemode: false,
  location: `/sources/${ID}`,
  amount: 10000,
  currency: 'THB',
  created_at: '2019-12-31T12:59:59Z',
  flow: 'offline',
  type: 'promptpay',
});
const ANSWER_MAX_BYTES = 1024 * 1024;
const LONG = 60_000;
// Long enough for half an answer to come on a busy machine.
const SHORT = 3_000;

const client = (baseUrl, timeout = LONG, key = publicKey) => new Omise(baseUrl, key, timeout);
const create = (omise) => omise.create(10_000);
const retrieve = (omise) => omise.retrieve(ID);

// How a server may answer. It has `url`, and `requests` counts what arrived.
const ANSWERS = {
  'a redirect': (_, response, server) =>
    response.writeHead(302, {location: `${server.url}/elsewhere`}).end(),
  'no answer': () => {},
  'half an answer': (_, response) => response.writeHead(200).write('{'),
  'a broken answer': (_, response) => {
    response.writeHead(200, {'content-length': 99}).write('{', () => response.destroy());
  },
  'a broken connection': (request) => request.socket.destroy(),
  'no JSON': (_, response) => response.end('<p>'),
  'no content': (_, response) => response.writeHead(204).end(),
  'as much as may be': (_, response) => response.end(SOURCE.padEnd(ANSWER_MAX_BYTES)),
  'too much': (_, response) => response.end(SOURCE.padEnd(ANSWER_MAX_BYTES + 1)),
  '503 always': (_, response) => response.writeHead(503).end(),
  '503 twice': (_, response, server) =>
    server.requests <= 2 ? response.writeHead(503).end() : response.end(SOURCE),
};

// How a browser differs from Node.
const ANSWERS_OF_A_BROWSER = {
  'a redirect that is kept from us': {type: 'opaqueredirect', status: 0},
  'a redirect that was followed': {redirected: true},
};

// The message with which a call fails, or null if it does not.
const attempt = async (call) => {
  try {
    await call();
    return null;
  } catch (error) {
    return error.message;
  }
};

const serve = async (answer) => {
  const served = {requests: 0};
  const server = http.createServer((request, response) => {
    served.requests += 1;
    answer(request, response, served);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  served.url = `http://127.0.0.1:${server.address().port}`;
  served.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return served;
};

const main = async () => {
  const failures = {};
  const requests = {};

  const omise = client(url);
  const created = JSON.parse(await create(omise));
  const retrieved = JSON.parse(await omise.retrieve(created.id));
  failures['unknown key'] = await attempt(() => create(client(url, LONG, 'pkey_test_unknown')));
  failures['absent id'] = await attempt(() => retrieve(omise));
  failures['amount too small'] = await attempt(() => omise.create(1));
  failures['no URL'] = await attempt(() => client('nowhere'));

  for (const [situation, answer] of Object.entries(ANSWERS)) {
    const isSlow = situation === 'no answer' || situation === 'half an answer';
    // What is sent once ends when its first attempt does.
    for (const call of isSlow ? [create] : [create, retrieve]) {
      const server = await serve(answer);
      const name = `${call.name}, ${situation}`;
      const started = performance.now();
      failures[name] = await attempt(() => call(client(server.url, isSlow ? SHORT : LONG)));
      if (isSlow && performance.now() - started > 4 * SHORT) {
        failures[name] += ', too late';
      }
      requests[name] = server.requests;
      server.close();
    }
  }

  const closed = await serve(() => {});
  closed.close();
  failures['nobody listens'] = await attempt(() => create(client(closed.url)));

  let headers;
  const server = await serve((request, response) => {
    headers = request.headers;
    response.end(SOURCE);
  });
  await create(client(server.url));
  server.close();

  let options;
  for (const [situation, properties] of Object.entries(ANSWERS_OF_A_BROWSER)) {
    globalThis.fetch = async (_, {redirect, credentials, cache, referrerPolicy}) => {
      options = {redirect, credentials, cache, referrerPolicy};
      const response = new Response(SOURCE);
      for (const [name, value] of Object.entries(properties)) {
        Object.defineProperty(response, name, {value});
      }
      return response;
    };
    failures[situation] = await attempt(() => create(omise));
  }
  globalThis.fetch = undefined;
  failures['no fetch'] = await attempt(() => create(omise));

  console.log(JSON.stringify({created, retrieved, failures, requests, headers, options}));
};

// A timer that is left behind would keep this program alive for as long as a call may take.
const finish = () => {
  const started = performance.now();
  process.on('exit', () => {
    if (performance.now() - started > LONG / 4) {
      console.error('something kept the program alive');
      process.exitCode = 1;
    }
  });
};

main().then(finish).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
