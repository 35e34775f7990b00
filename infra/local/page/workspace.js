// What the page knows, and its way to the workspace.

import { node } from "./mrkdwn.js";

export const $ = (id) => document.getElementById(id);

const RECONNECT_MS = 1000;
const TOAST_MS = 6000;

export const page = {
  person: sessionStorage.getItem("person") ?? "alice",
  channel: sessionStorage.getItem("channel"),
  thread: null,
  state: null,
  seen: JSON.parse(sessionStorage.getItem("seen") ?? "{}"),
  rendered: new Map(),
  /** What was filled in, by view. */
  held: new Map(),
  clockAhead: 0,
};

export async function act(act) {
  try {
    const response = await fetch("page/act", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ person: page.state.me, ...act }),
    });
    const answer = await response.json();
    if (answer.error) toast(answer.error);
    return answer;
  } catch {
    toast("The workspace does not answer.");
    return { ok: false };
  }
}

let isLoading = false;
let isStale = false;

/** Fetches and shows the newest state; calls during a fetch lead to one more. */
export async function load(show) {
  isStale = true;
  if (isLoading) return;
  isLoading = true;
  try {
    while (isStale) {
      isStale = false;
      // Without an answer the socket is gone as well; it reconnects and asks again.
      const response = await fetch(`page/state?person=${encodeURIComponent(page.person)}`).catch(() => null);
      if (response?.ok) show(await response.json());
    }
  } finally {
    isLoading = false;
  }
}

export function listen(show) {
  const socket = new WebSocket(new URL("page/changes", location.href).href.replace(/^http/, "ws"));
  socket.addEventListener("message", () => load(show));
  socket.addEventListener("close", () => setTimeout(() => listen(show), RECONNECT_MS));
}

export function toast(words) {
  const line = $("toast");
  // Hidden and shown again it lies above an open modal.
  line.hidePopover();
  line.textContent = words;
  line.showPopover();
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => line.hidePopover(), TOAST_MS);
}

export const me = () => page.state.people.find((person) => person.id === page.state.me);
export const channel = () => page.state.channels.find((one) => one.id === page.channel);
export const messagesIn = (id) => page.state.messages.filter((message) => message.channel === id);
export const zone = () => me().time_zone;

/** What blocks need to draw themselves. */
export function blockContext(blocks, press) {
  const isInput = (blockId) => blocks.some((block) => block.type === "input" && block.block_id === blockId);
  return { people: page.state.people, channels: page.state.channels, zone: zone(), now: Date.now() + page.clockAhead, press, isInput };
}

/** What Slack says beside the names of people who are not quite of the workspace. */
export const label = (person) => (person.is_foreign ? "other workspace" : person.is_guest ? "guest" : null);

const HUES = [18, 205, 150, 275, 330, 95, 240, 50];

export function avatar(person, size) {
  const face = node("span", "", `avatar ${size ?? ""} ${person?.is_bot ? "bot" : ""}`);
  face.setAttribute("aria-hidden", "true");
  if (person?.is_bot) return face;
  const index = page.state.people.findIndex((one) => one.id === person?.id);
  face.style.setProperty("--hue", HUES[index < 0 ? HUES.length - 1 : index % HUES.length]);
  face.textContent = (person?.real_name ?? "S").split(" ").map((word) => word[0]).join("");
  return face;
}
