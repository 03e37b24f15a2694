// A regional system in JavaScript at RabbitMQ: every event of a region's stream, a line
// of JSON each, from the first one on.
//
//   npm install amqplib
//   node stream.mjs amqps://region.KZ-AKM:PASSWORD@BROKER/primaries KZ-AKM [OFFSET]
//
// The offset after the last event is told at the end (Ctrl-C): keep it in the same
// transaction as what follows from the events, and begin there the next time.

import amqp from "amqplib";

const [address, region, offset] = process.argv.slice(2);
let next = Number(offset ?? 0);

const connection = await amqp.connect(address);
const channel = await connection.createChannel();
await channel.prefetch(200); // a stream insists on a limit

await channel.consume(
  `region.${region}.log`,
  (message) => {
    if (message === null) throw Error("The broker gives this stream no more.");
    console.log(message.content.toString("utf8"));
    next = message.properties.headers["x-stream-offset"] + 1;
    channel.ack(message);
  },
  { noAck: false, arguments: { "x-stream-offset": next } },
);

process.once("SIGINT", async () => {
  await connection.close();
  console.error(`next: ${next}`);
});
