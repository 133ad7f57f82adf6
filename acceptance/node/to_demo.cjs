// Leads requests for Microsoft's hosts to the demo, for a client that has no setting for it: load it with
// `node --require`. What is neither theirs nor loopback is refused, so that no test leaves the machine.
"use strict";

const http = require("node:http");
const https = require("node:https");

const demo = new URL(process.env.DEMO_BASE_URL);
const ELSEWHERE = new Set(["graph.microsoft.com", "login.microsoftonline.com"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1"]);

const plain = http.request;

/** A request as `node:http` takes it, from options alone: the client under test sends nothing else. */
function lead(options, ...rest) {
  const host = options.hostname ?? options.host;
  if (LOOPBACK.has(host)) return plain(options, ...rest);
  if (!ELSEWHERE.has(host)) throw new Error(`no test talks to ${host}`);
  const { hostname, port } = demo;
  // The agent is for TLS, and the name that was called has to become the one that links can lead back to.
  const headers = { ...options.headers, host: demo.host };
  return plain({ ...options, protocol: "http:", agent: undefined, host: hostname, hostname, port, headers }, ...rest);
}

http.request = lead;
https.request = lead;
