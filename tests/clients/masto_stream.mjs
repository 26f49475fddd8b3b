// masto (npm) as apps use it, over WebSocket: prints what it hears of its own post, one line each, and ends.
//
//   node tests/clients/masto_stream.mjs BASE TOKEN
//
// Wants `npm install masto` in a directory above the current one. Exit code 1 when something did not come in 15 s.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [base, token] = process.argv.slice(2);
const found = createRequire(pathToFileURL(`${process.cwd()}/`)).resolve("masto");
const { createRestAPIClient, createStreamingAPIClient } = await import(pathToFileURL(found));

const impatience = setTimeout(() => {
  console.error("it did not come");
  process.exit(1);
}, 15_000);

const rest = createRestAPIClient({ url: base, accessToken: token });
const instance = await rest.v2.instance.fetch();
const streaming = createStreamingAPIClient({
  accessToken: token,
  streamingApiUrl: instance.configuration.urls.streaming,
});

async function expectFrom(name, subscription, wanted) {
  for await (const event of subscription) {
    if (wanted(event)) {
      console.log(`${name}: ${event.event}`);
      subscription.unsubscribe();
      return;
    }
  }
}

// Told by its words: a stream may have the post before its author has the answer with the id.
const words = `A case, number ${Date.now()}`;
let post;
const isNew = ({ event, payload }) => event === "update" && payload.content.includes(words);
const isGone = ({ event, payload }) => event === "delete" && payload === post?.id;
const hearing = [
  expectFrom("user", streaming.user.subscribe(), isNew),
  expectFrom("hashtag", streaming.hashtag.subscribe({ tag: "Haem" }), isNew),
  expectFrom("public:local", streaming.public.local.subscribe(), isGone),
];
await new Promise((resolve) => setTimeout(resolve, 5000)); // masto says nothing when it is connected, and may take seconds
post = await rest.v1.statuses.create({ status: `${words} #haem` });
await Promise.all(hearing.slice(0, 2));
await rest.v1.statuses.$select(post.id).remove();
await hearing[2];
streaming.close();
clearTimeout(impatience);
