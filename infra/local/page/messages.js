// The conversation.

import { renderBlocks } from "./blocks.js";
import { mrkdwn, node } from "./mrkdwn.js";
import { $, act, avatar, blockContext, channel, label, messagesIn, page, zone } from "./workspace.js";

/** Messages of one author this close together share a name and an avatar. */
const GROUPED_SECONDS = 300;
/** From here on the reader is at the end and follows new messages. */
const NEAR_END_PX = 80;

export function showMessages(isFresh) {
  const log = $("messages");
  const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  const nodes = [];
  const messages = messagesIn(page.channel);
  const roots = messages.filter((message) => !message.thread_ts || message.thread_ts === message.ts);
  let before = null;
  for (const root of roots) {
    if (dayOf(root) !== (before && dayOf(before))) nodes.push(dayLine(root));
    nodes.push(messageNode(root, before));
    const replies = messages.filter((message) => message.thread_ts === root.ts && message !== root);
    if (replies.length) nodes.push(threadNode(root, replies));
    before = replies.length ? null : root;
  }
  if (!nodes.length) nodes.push(emptyNode());
  const isSame = nodes.length === log.children.length && nodes.every((one, index) => one === log.children[index]);
  if (!isSame) log.replaceChildren(...nodes);
  if (wasAtEnd || isFresh) log.scrollTop = log.scrollHeight;
}

function emptyNode() {
  return cached("empty " + page.channel, () => {
    const empty = node("div", "", "empty");
    const isDirect = channel().is_direct;
    empty.append(node("h2", isDirect ? "Say hello to infrared" : `This is #${channel().name}`));
    empty.append(node("p", isDirect ? "Ask for a machine in your own words, or type /infrared help." : "Mention @infrared to talk to the bot."));
    return empty;
  });
}

const format = (message, options) =>
  new Intl.DateTimeFormat("en", { timeZone: zone(), ...options }).format(new Date(Number(message.ts) * 1000));
const dayOf = (message) => format(message, { dateStyle: "full" });

function dayLine(message) {
  return cached("day " + dayOf(message), () => {
    const line = node("div", "", "day");
    line.append(node("span", format(message, { weekday: "long", month: "long", day: "numeric" })));
    return line;
  });
}

/** Nodes of unchanged messages are kept, so that what a person points at does not move. */
function cached(key, make) {
  if (!page.rendered.has(key)) page.rendered.set(key, make());
  return page.rendered.get(key);
}

function messageNode(message, before) {
  const isContinued =
    before &&
    before.author === message.author &&
    before.is_ephemeral === message.is_ephemeral &&
    dayOf(before) === dayOf(message) &&
    Number(message.ts) - Number(before.ts) < GROUPED_SECONDS;
  return cached(`${isContinued} ${JSON.stringify(message)}`, () => drawMessage(message, isContinued));
}

function threadNode(root, replies) {
  return cached(`thread ${JSON.stringify(replies)}`, () => {
    const thread = node("div", "", "thread");
    thread.setAttribute("role", "group");
    thread.setAttribute("aria-label", "Thread");
    thread.append(...replies.map((reply, index) => drawMessage(reply, index > 0 && replies[index - 1].author === reply.author)));
    return thread;
  });
}

function drawMessage(message, isContinued) {
  const author = page.state.people.find((person) => person.id === message.author) ?? { name: "slackbot", real_name: "Slackbot" };
  const article = node("article", "", "message");
  article.classList.toggle("continued", Boolean(isContinued));
  article.classList.toggle("ephemeral", message.is_ephemeral);
  article.dataset.ts = message.ts;
  article.dataset.author = author.name;
  const side = node("div", "", "side");
  const time = node("time", format(message, { hour: "numeric", minute: "2-digit" }));
  time.dateTime = new Date(Number(message.ts) * 1000).toISOString();
  time.title = format(message, { dateStyle: "full", timeStyle: "medium" });
  side.append(isContinued ? time : avatar(author));
  const body = node("div", "", "body");
  if (message.is_ephemeral) body.append(node("p", "Only visible to you", "only-you"));
  if (!isContinued) {
    const head = node("header", "", "head");
    head.append(node("strong", author.is_bot ? author.name : author.real_name));
    if (message.is_app) head.append(node("span", "APP", "app"));
    if (label(author)) head.append(node("span", label(author).toUpperCase(), "app"));
    head.append(time);
    body.append(head);
  }
  const context = blockContext(message.blocks, (blockId, element, choice) =>
    act({ act: "press", channel: message.channel, ts: message.ts, block_id: blockId, action_id: element.action_id, choice }),
  );
  if (message.blocks.length) body.append(...renderBlocks(message.blocks, context));
  else {
    const text = node("div", "", "text");
    text.append(mrkdwn(message.text, context));
    if (message.is_edited) text.append(node("small", " (edited)", "edited"));
    body.append(text);
  }
  if (!message.is_ephemeral) body.append(replyButton(message));
  article.append(side, body);
  return article;
}

function replyButton(message) {
  const button = node("button", "Reply", "reply");
  button.type = "button";
  button.addEventListener("click", () => {
    page.thread = message.thread_ts ?? message.ts;
    document.dispatchEvent(new Event("reply"));
  });
  return button;
}
