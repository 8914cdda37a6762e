process.env.OMISE_SCHEME = "http";
require("http").globalAgent.defaultPort = 4010;
const client = require("omise")({
  host: "127.0.0.1",
  publicKey: process.env.OMISE_PUBLIC_KEY,
});

client.sources
  .create({ type: "promptpay", amount: 10000, currency: "THB" })
  .then((source) => console.log(source.id, source.flow));
