// Moments as people read them, in the primary's zone. Month names come from the server:
// not every browser knows Kazakh.

/** @param {string} iso @param {string} zone */
function partsOf(iso, zone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return Object.fromEntries(
    format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]),
  );
}

/**
 * @param {import("./page.js").Page} page
 * @param {string} iso
 */
export function moment(page, iso) {
  const { day, month, year, hour, minute } = partsOf(iso, page.facts.zone);
  const name = page.facts.months[Number(month) - 1];
  return page.text("moment", {
    day: Number(day),
    month: name,
    year,
    time: `${hour}:${minute}`,
    zone: page.facts.zone_name,
  });
}

/**
 * A tracker in groups of four, as it is read aloud.
 * @param {string} tracker
 */
export function inGroups(tracker) {
  return tracker.match(/.{1,4}/g)?.join(" ") ?? "";
}
