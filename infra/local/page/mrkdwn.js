// Slack's mrkdwn as DOM nodes. Text only ever enters through text nodes, so nothing in it can become markup.

let emoji = {};

export function setEmoji(table) {
  emoji = table;
}

/** A fragment for mrkdwn; `context` has `people`, `channels`, the time `now` and the viewer's `zone`. */
export function mrkdwn(text, context) {
  const fragment = document.createDocumentFragment();
  const parts = text.split("```");
  // An unclosed fence is three plain ticks.
  if (parts.length % 2 === 0) parts.push("```" + parts.pop());
  parts.forEach((part, index) => {
    if (index % 2 === 1) {
      fragment.append(node("pre", decode(part.replace(/^\n|\n$/g, ""))));
    } else if (part) {
      fragment.append(...paragraphs(part, context));
    }
  });
  return fragment;
}

/** Plain text with emoji. */
export function plain(text) {
  return document.createTextNode(withEmoji(decode(text)));
}

/** A text object of Block Kit. */
export function textObject(object, context) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, context) : plain(object.text);
}

function paragraphs(text, context) {
  const nodes = [];
  let quote = null;
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    const quoted = line.match(/^(?:&gt;|>)\s?(.*)$/);
    if (quoted) {
      if (!quote) nodes.push((quote = document.createElement("blockquote")));
      else quote.append(document.createElement("br"));
      quote.append(inline(quoted[1], context));
      return;
    }
    const bullet = line.match(/^(\s*)[•◦]\s+(.*)$/);
    if (bullet) {
      const item = node("span", "", "bullet");
      item.append(inline(bullet[2], context));
      nodes.push(item);
    } else {
      nodes.push(inline(line, context));
      if (index < lines.length - 1) nodes.push(document.createElement("br"));
    }
    quote = null;
  });
  return nodes;
}

const MARKS = { "*": "strong", "_": "em", "~": "s" };
const isWord = (character) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

function inline(text, context) {
  const fragment = document.createDocumentFragment();
  let words = "";
  const flush = () => {
    if (words) fragment.append(plain(words));
    words = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const end = closing(text, at);
    if (end < 0) {
      words += character;
      continue;
    }
    flush();
    const inside = text.slice(at + 1, end);
    if (character === "<") fragment.append(reference(inside, context));
    else if (character === "`") fragment.append(node("code", decode(inside)));
    else {
      const mark = document.createElement(MARKS[character]);
      mark.append(inline(inside, context));
      fragment.append(mark);
    }
    at = end;
  }
  flush();
  return fragment;
}

/** Where the mark or reference that starts at `at` ends; -1 when none starts there. */
function closing(text, at) {
  const character = text[at];
  if (character === "<") return text.indexOf(">", at + 2);
  if (character === "`") {
    const end = text.indexOf("`", at + 1);
    return end > at + 1 ? end : -1;
  }
  if (!MARKS[character] || isWord(text[at - 1]) || !text[at + 1] || /\s/.test(text[at + 1])) return -1;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === "<") {
      const past = text.indexOf(">", end);
      if (past > 0) end = past;
    } else if (text[end] === character && end > at + 1 && !/\s/.test(text[end - 1]) && !isWord(text[end + 1])) {
      return end;
    }
  }
  return -1;
}

/** `<@U1>`, `<#C1|name>`, `<!date^..|..>`, `<https://..|label>`. */
function reference(inside, context) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : inside.slice(bar + 1);
  if (target.startsWith("@")) {
    const person = context.people.find((one) => one.id === target.slice(1));
    return node("span", "@" + (person?.name ?? (label || target.slice(1))), "mention");
  }
  if (target.startsWith("#")) {
    const channel = context.channels.find((one) => one.id === target.slice(1));
    return node("span", "#" + (channel?.name ?? label), "mention");
  }
  if (target.startsWith("!date^")) return date(target.split("^"), label, context);
  if (target.startsWith("!")) return node("span", "@" + (label || target.slice(1)), "mention");
  if (!/^(https?:|mailto:)/.test(target)) return plain(label || target);
  const link = node("a", "");
  link.href = decode(target);
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.append(plain(label || target.replace(/^mailto:/, "")));
  return link;
}

const DAY_SECONDS = 86400;

function date([, seconds, format, url], fallback, { zone, now }) {
  const when = new Date(Number(seconds) * 1000);
  if (!Number.isFinite(when.getTime()) || !format) return plain(fallback);
  const as = (options) => new Intl.DateTimeFormat("en", { timeZone: zone, ...options }).format(when);
  const day = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(moment);
  const distance = Math.round((Date.parse(day(when)) - Date.parse(day(new Date(now)))) / 1000 / DAY_SECONDS);
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[distance];
  const long = { month: "long", day: "numeric", year: "numeric" };
  const short = { month: "short", day: "numeric", year: "numeric" };
  const known = {
    date_num: () => day(when),
    date_slash: () => as({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => as(long),
    date_short: () => as(short),
    date_long: () => as({ weekday: "long", ...long }),
    date_pretty: () => near ?? as(long),
    date_short_pretty: () => near ?? as(short),
    date_long_pretty: () => near ?? as({ weekday: "long", ...long }),
    time: () => as({ hour: "numeric", minute: "2-digit" }),
    time_secs: () => as({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
  };
  const words = format.replace(/\{(\w+)\}/g, (token, name) => known[name]?.() ?? token);
  const time = node("time", words);
  time.dateTime = when.toISOString();
  time.title = as({ dateStyle: "full", timeStyle: "long" });
  if (!url) return time;
  const link = reference(url, { people: [], channels: [] });
  if (link.tagName === "A") link.replaceChildren(time);
  return link;
}

function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (name, key) => emoji[key] ?? name);
}

function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** An element with text and a class. */
export function node(tag, text, className) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}
