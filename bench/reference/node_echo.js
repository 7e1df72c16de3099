#!/usr/bin/env node
// bench/reference/node_echo.js - echo on Node's net module, as its documentation teaches it.
//
// usage: node_echo.js PORT    PORT 0 takes a free one, which is printed
"use strict";
const net = require("node:net");

const server = net.createServer({ noDelay: true }, (client) => {
  client.on("error", () => client.destroy()); // The client is gone.
  client.pipe(client);
});
server.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 }, () => {
  console.log(`listening ${server.address().port}`);
});
