// The page: shows the workspace as one person sees it, and does what they do.

import { showMessages } from "./messages.js";
import { showModal } from "./modal.js";
import { node, setEmoji } from "./mrkdwn.js";
import { $, act, avatar, channel, label, listen, load, messagesIn, page, toast, zone } from "./workspace.js";

// ---- showing the workspace

function show(state) {
  const isOtherPerson = page.state?.me !== state.me;
  page.state = state;
  page.clockAhead = state.clock.now * 1000 - Date.now();
  if (!state.channels.some((channel) => channel.id === page.channel)) {
    page.channel = (state.channels.find((channel) => channel.is_direct) ?? state.channels[0]).id;
  }
  if (isOtherPerson) page.rendered.clear();
  showSidebar();
  showPeople();
  showBar();
  showMessages(isOtherPerson);
  showModal();
  showClock();
}

function markSeen() {
  const last = messagesIn(page.channel).at(-1);
  if (last) page.seen[`${page.person} ${page.channel}`] = last.ts;
  sessionStorage.setItem("seen", JSON.stringify(page.seen));
}

function unread(id) {
  const seen = page.seen[`${page.person} ${id}`] ?? "";
  return messagesIn(id).filter((message) => message.ts > seen && message.author !== page.state.me).length;
}

function showSidebar() {
  markSeen();
  for (const [list, isDirect] of [["channels", false], ["direct", true]]) {
    const items = page.state.channels.filter((one) => one.is_direct === isDirect).map((one) => {
      const button = node("button", "", "place");
      button.type = "button";
      button.dataset.channel = one.name;
      if (one.id === page.channel) button.setAttribute("aria-current", "page");
      button.append(isDirect ? avatar(page.state.people.find((person) => person.is_bot), "small") : node("span", "#", "hash"));
      button.append(node("span", one.name, "place-name"));
      const count = unread(one.id);
      if (count) {
        const badge = node("span", String(count), "badge");
        badge.setAttribute("aria-label", `${count} unread`);
        button.append(badge);
      }
      button.addEventListener("click", () => open(one.id));
      const item = node("li");
      item.append(button);
      return item;
    });
    replaceKeepingFocus($(list), items);
  }
}

function showPeople() {
  const options = page.state.people.filter((person) => person.is_at_keyboard).map((person) => {
    const button = node("button", "", "person");
    button.type = "button";
    button.dataset.person = person.name;
    button.setAttribute("role", "radio");
    button.setAttribute("aria-checked", String(person.id === page.state.me));
    button.tabIndex = person.id === page.state.me ? 0 : -1;
    const role = person.is_admin ? "admin" : label(person) ?? "member";
    const words = node("span", "", "person-words");
    words.append(node("span", person.real_name), node("small", `${role} · ${person.time_zone.split("/").pop().replace("_", " ")}`));
    button.append(avatar(person, "small"), words);
    button.addEventListener("click", () => become(person.name));
    return button;
  });
  replaceKeepingFocus($("people"), options);
}

const drawn = new WeakMap();

/** Lists are redrawn whole, if they changed; whoever stands on an entry with the keyboard stays there. */
function replaceKeepingFocus(list, nodes) {
  const look = nodes.map((one) => one.outerHTML).join("");
  if (drawn.get(list) === look) return;
  drawn.set(list, look);
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset : null;
  list.replaceChildren(...nodes);
  if (!focused) return;
  const key = focused.person ? "person" : "channel";
  list.querySelector(`[data-${key}="${CSS.escape(focused[key] ?? "")}"]`)?.focus();
}

function showBar() {
  const one = channel();
  const prefix = one.is_direct ? "" : "# ";
  $("title").textContent = prefix + one.name;
  const topics = { true: "infrared hears it when it is mentioned", false: "infrared is not in this channel; commands work" };
  $("topic").textContent = one.is_direct ? "Your conversation with the bot" : topics[one.bot_is_member];
  const label = page.thread ? "Reply in the thread" : `Message ${one.is_direct ? one.name : "#" + one.name}`;
  $("text").placeholder = label;
  $("replying").hidden = !page.thread;
}

// ---- the clock

function showClock() {
  $("clock").hidden = !page.state.clock.can_advance;
  tick();
}

function tick() {
  if (!page.state) return;
  const now = new Date(Date.now() + page.clockAhead);
  const options = { timeZone: zone(), weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  $("clock-time").textContent = new Intl.DateTimeFormat("en", options).format(now);
  $("clock-time").dateTime = now.toISOString();
}

async function advance(button) {
  button.setAttribute("aria-busy", "true");
  const response = await fetch("control/advance", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seconds: Number(button.dataset.seconds) }),
  }).catch(() => null);
  button.removeAttribute("aria-busy");
  if (!response?.ok) toast("The clock did not move.");
}

// ---- moving around

function open(id) {
  page.channel = id;
  page.thread = null;
  sessionStorage.setItem("channel", id);
  showMenu(false);
  showSidebar();
  showBar();
  showMessages(true);
  $("text").focus();
}

function become(name) {
  if (name === page.person) return showMenu(false);
  const wasDirect = channel().is_direct;
  page.person = name;
  page.thread = null;
  page.held.clear();
  sessionStorage.setItem("person", name);
  if (wasDirect) page.channel = null;
  showMenu(false);
  load(show);
}

function showMenu(isOpen) {
  document.body.classList.toggle("menu-open", isOpen);
  $("menu").setAttribute("aria-expanded", String(isOpen));
}

async function send() {
  const field = $("text");
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  fit();
  const thread = page.thread;
  const answer = await act({ act: "say", channel: page.channel, text, thread_ts: thread });
  if (!answer.ok && !field.value) field.value = text;
  $("messages").scrollTop = $("messages").scrollHeight;
}

function fit() {
  const field = $("text");
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
$("text").addEventListener("input", fit);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
document.addEventListener("reply", () => {
  showBar();
  $("text").focus();
});
$("stop-replying").addEventListener("click", () => {
  page.thread = null;
  showBar();
  $("text").focus();
});
for (const hint of document.querySelectorAll("[data-insert]")) {
  hint.addEventListener("click", () => {
    $("text").value = hint.dataset.insert;
    $("text").focus();
  });
}
for (const button of document.querySelectorAll("[data-seconds]")) {
  button.addEventListener("click", () => advance(button));
}
$("menu").addEventListener("click", () => showMenu(!document.body.classList.contains("menu-open")));
document.querySelector("main").addEventListener("click", (event) => {
  if (!event.target.closest("#menu")) showMenu(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") showMenu(false);
});
$("people").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const options = [...$("people").children];
  const next = (options.indexOf(document.activeElement) + step + options.length) % options.length;
  options[next].focus();
  options[next].click();
});

setInterval(tick, 1000);
setEmoji(await (await fetch("emoji.json")).json());
listen(show);
