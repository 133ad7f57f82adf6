// The Graph client for JavaScript, unmodified, as a server of lines: one JSON step in, one JSON outcome out. A
// step is a request in the client's own words, a list of all pages, or a batch.
"use strict";

const readline = require("node:readline");
const { BatchRequestContent, Client, PageIterator } = require("@microsoft/microsoft-graph-client");

const { BASE_URL: baseUrl, TOKEN: token } = process.env;

const client = Client.initWithMiddleware({
  authProvider: { getAccessToken: async () => token },
  baseUrl: `${baseUrl}/`,
  customHosts: new Set([new URL(baseUrl).hostname]),
});

/** `client.api(path)` with the options that the step names: filter, expand, top, version, … */
function request({ path, query = {} }) {
  let made = client.api(path);
  for (const [option, value] of Object.entries(query)) made = made[option](value);
  return made;
}

const outcomes = {
  async request(step) {
    // A body that is absent and one that is null are two things to this client.
    return request(step)[step.method](...("body" in step ? [step.body] : []));
  },

  async pages(step) {
    const rows = [];
    const collect = (row) => rows.push(row) > 0;
    const iterator = new PageIterator(client, await request(step).get(), collect);
    await iterator.iterate();
    return { rows, isComplete: iterator.isComplete() };
  },

  async batch({ requests }) {
    const steps = requests.map(({ id, path, method = "GET", body, dependsOn }) => ({
      id,
      dependsOn,
      request: new Request(`${baseUrl}/v1.0${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
      }),
    }));
    const content = await new BatchRequestContent(steps).getContent();
    return client.api("/$batch").post(content);
  },
};

async function answer(line) {
  const step = JSON.parse(line);
  try {
    return { value: (await outcomes[step.do](step)) ?? null };
  } catch (error) {
    const { statusCode, code, message, requestId, date } = error;
    if (statusCode === undefined) throw error;
    return { error: { statusCode, code, message, requestId, date } };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
})();
