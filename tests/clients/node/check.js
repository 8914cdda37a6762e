// Uses the official Node client as a merchant would and prints, as JSON, what it saw.
//
// Usage: check.js URL PUBLIC_KEY SECRET_KEY SOURCES_FILE, with OMISE_SCHEME=http in the environment.

'use strict';

const assert = require('assert');
const fs = require('fs');
const http = require('http');
const omise = require('omise');

const [url, publicKey, secretKey, sourcesFile] = process.argv.slice(2);
const {hostname, port} = new URL(url);

// The client has an option for the host and none for the port, which its agent can still be told.
http.globalAgent.defaultPort = Number(port);

// The requests that every official client is put through.
const SOURCES = JSON.parse(fs.readFileSync(sourcesFile, 'utf8'));
const promptpay = SOURCES.promptpay;

// A client of its own for each set of keys: each call binds the resources that it returns to the
// settings it was given.
const clientWith = (options) => omise({publicKey, secretKey, host: hostname, ...options});

// What the client rejects with: the error object as it was parsed, or a text when the answer was
// not JSON.
const attempt = async (call) => {
  try {
    await call();
    return null;
  } catch (error) {
    return error;
  }
};

const isEqual = (left, right) => {
  try {
    assert.deepStrictEqual(left, right);
    return true;
  } catch {
    return false;
  }
};

const main = async () => {
  const client = clientWith({});
  const created = {};
  const retrievedEqual = {};
  for (const [name, parameters] of Object.entries(SOURCES)) {
    created[name] = await client.sources.create(parameters);
    retrievedEqual[name] = isEqual(await client.sources.retrieve(created[name].id), created[name]);
  }
  created['with a version'] =
    await clientWith({omiseVersion: '2019-05-29'}).sources.create(promptpay);
  // The client always sends what it calls the public key, so this is the one way to send the
  // secret one.
  created['with the secret key'] =
    await clientWith({publicKey: secretKey}).sources.create(promptpay);
  created['with a callback'] = await new Promise((resolve, reject) => {
    client.sources.create(promptpay, (error, source) => error ? reject(error) : resolve(source));
  });

  const stranger = clientWith({publicKey: 'pkey_test_nobody'}).sources;
  const nameless = clientWith({publicKey: ''}).sources;
  const {sources} = client;
  const knownId = created['promptpay'].id;
  const errors = {
    'unknown key': await attempt(() => stranger.create(promptpay)),
    'empty key': await attempt(() => nameless.create(promptpay)),
    'unknown key on retrieve': await attempt(() => stranger.retrieve(knownId)),
    'absent id': await attempt(() => sources.retrieve('src_test_0000000000000000000')),
    'amount is not a number': await attempt(() => sources.create({...promptpay, amount: 'abc'})),
    'amount too small': await attempt(() => sources.create({...promptpay, amount: 1})),
    'unknown type': await attempt(() => sources.create({...promptpay, type: 'barter'})),
    'nothing given': await attempt(() => sources.create({})),
    'no body at all': await attempt(() => sources.create()),
    'unknown route': await attempt(() => sources.retrieve('barter/1')),
  };

  console.log(JSON.stringify({created, retrieved_equal: retrievedEqual, errors}));
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
