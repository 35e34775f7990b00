// Block Kit as DOM nodes, in messages and in modals.

import { mrkdwn, node, plain, textObject } from "./mrkdwn.js";

/** `context` has people, channels, zone and `press(block_id, element, choice)`; `errors` and `held` for modals. */
export function renderBlocks(blocks, context) {
  return blocks.map((block) => (RENDER[block.type] ?? unknown)(block, context));
}

const RENDER = {
  section(block, context) {
    const section = node("div", "", "block section");
    const body = node("div", "", "section-body");
    if (block.text) body.append(wrap("p", textObject(block.text, context)));
    if (block.fields) {
      const fields = node("div", "", "fields");
      fields.append(...block.fields.map((field) => wrap("p", textObject(field, context))));
      body.append(fields);
    }
    section.append(body);
    if (block.accessory) section.append(element(block.accessory, block.block_id, context));
    return section;
  },
  header: (block) => wrap("h3", plain(block.text.text), "block header"),
  divider: () => node("hr", "", "block divider"),
  context(block, context) {
    const line = node("div", "", "block context");
    for (const part of block.elements) {
      line.append(part.type === "image" ? picture(part) : wrap("span", textObject(part, context)));
    }
    return line;
  },
  actions(block, context) {
    const row = node("div", "", "block actions");
    row.append(...block.elements.map((part) => element(part, block.block_id, context)));
    return row;
  },
  image: (block) => wrap("div", picture(block), "block image"),
  rich_text: (block, context) => wrap("div", richText(block, context), "block"),
  input(block, context) {
    const group = node("div", "", "block input");
    const id = fieldId(block.block_id, block.element.action_id);
    const isChoice = ["radio_buttons", "checkboxes"].includes(block.element.type);
    const label = node(isChoice ? "span" : "label", "", "input-label");
    label.id = id + "-label";
    if (!isChoice) label.htmlFor = id;
    label.append(plain(block.label.text));
    if (block.optional) label.append(node("span", " (optional)", "optional"));
    const input = element(block.element, block.block_id, context);
    input.setAttribute("aria-labelledby", label.id);
    if (!block.optional && !isChoice) input.setAttribute("aria-required", "true");
    group.append(label, input);
    const described = [];
    if (block.hint) {
      const hint = wrap("p", plain(block.hint.text), "hint");
      hint.id = id + "-hint";
      described.push(hint.id);
      group.append(hint);
    }
    const error = context.errors?.[block.block_id];
    if (error) {
      const message = node("p", error, "error");
      message.id = id + "-error";
      described.push(message.id);
      input.setAttribute("aria-invalid", "true");
      group.append(message);
    }
    if (described.length) input.setAttribute("aria-describedby", described.join(" "));
    return group;
  },
};

const unknown = (block) => node("p", `(a block of type ${block.type})`, "block hint");

function wrap(tag, content, className) {
  const wrapper = node(tag, "", className);
  wrapper.append(content);
  return wrapper;
}

function picture(image) {
  const picture = document.createElement("img");
  picture.src = image.image_url;
  picture.alt = image.alt_text;
  return picture;
}

function richText(value, context) {
  const fragment = document.createDocumentFragment();
  for (const part of value.elements ?? []) {
    if (part.type === "text") fragment.append(plain(part.text));
    else if (part.type === "user") fragment.append(mrkdwn(`<@${part.user_id}>`, context));
    else if (part.type === "link") fragment.append(mrkdwn(`<${part.url}|${part.text ?? part.url}>`, context));
    else fragment.append(richText(part, context));
  }
  return fragment;
}

export const fieldId = (blockId, actionId) => `field-${blockId}-${actionId}`;

/** An interactive element. In modals inputs keep what the person typed in `context.held`. */
function element(part, blockId, context) {
  if (part.type === "image") return picture(part);
  const make = ELEMENT[part.type];
  if (!make) return node("span", `(${part.type})`, "hint");
  const made = make(part, blockId, context);
  made.dataset.actionId = part.action_id;
  made.dataset.blockId = blockId;
  return made;
}

/** What an input held when it was last touched, else what the app put in. */
const heldOr = (context, blockId, part, initial) => context.held?.get(fieldId(blockId, part.action_id)) ?? initial ?? "";

function hold(context, blockId, part, value) {
  context.held?.set(fieldId(blockId, part.action_id), value);
}

const ELEMENT = {
  button(part, blockId, context) {
    const button = node("button", "", `button ${part.style ?? ""}`.trim());
    button.type = "button";
    button.append(plain(part.text.text));
    if (part.accessibility_label) button.setAttribute("aria-label", part.accessibility_label);
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-busy") === "true") return;
      if (part.confirm && !(await confirmed(part.confirm, context))) return;
      if (part.url && /^https?:/.test(part.url)) window.open(part.url, "_blank", "noopener");
      button.setAttribute("aria-busy", "true");
      await context.press(blockId, part);
      button.removeAttribute("aria-busy");
    });
    return button;
  },
  plain_text_input: (part, blockId, context) => typed(part, blockId, context, part.multiline ? "textarea" : "input", "text"),
  number_input: (part, blockId, context) => {
    const input = typed(part, blockId, context, "input", "number");
    input.step = part.is_decimal_allowed ? "any" : "1";
    if (part.min_value) input.min = part.min_value;
    if (part.max_value) input.max = part.max_value;
    return input;
  },
  datepicker: (part, blockId, context) => typed(part, blockId, context, "input", "date", part.initial_date),
  timepicker: (part, blockId, context) => typed(part, blockId, context, "input", "time", part.initial_time),
  static_select: (part, blockId, context) => menu(part, blockId, context, groups(part), part.initial_option?.value),
  overflow: (part, blockId, context) => menu({ ...part, placeholder: { text: "⋯" } }, blockId, context, groups(part)),
  users_select: (part, blockId, context) => menu(part, blockId, context, [everybody(context)], part.initial_user),
  multi_users_select: (part, blockId, context) =>
    choices(part, blockId, context, "checkbox", everybody(context).options, (part.initial_users ?? []).join(",")),
  multi_static_select: (part, blockId, context) => severalOf(part, blockId, context),
  checkboxes: (part, blockId, context) => severalOf(part, blockId, context),
  radio_buttons: (part, blockId, context) =>
    choices(part, blockId, context, "radio", part.options, part.initial_option?.value),
};

function severalOf(part, blockId, context) {
  const initial = (part.initial_options ?? []).map((option) => option.value).join(",");
  return choices(part, blockId, context, "checkbox", groups(part).flatMap((group) => group.options), initial);
}

function typed(part, blockId, context, tag, type, initial) {
  const input = document.createElement(tag);
  if (tag === "input") input.type = type;
  else input.rows = 4;
  input.id = fieldId(blockId, part.action_id);
  input.className = "field";
  input.placeholder = part.placeholder?.text ?? "";
  if (part.max_length) input.maxLength = part.max_length;
  input.value = heldOr(context, blockId, part, initial ?? part.initial_value);
  input.autofocus = Boolean(part.focus_on_load);
  input.addEventListener("input", () => hold(context, blockId, part, input.value));
  return input;
}

const groups = (part) => part.option_groups?.map((group) => ({ label: group.label.text, options: group.options })) ?? [{ options: part.options ?? [] }];

const everybody = (context) => ({
  options: context.people.filter((person) => person.is_at_keyboard).map((person) => ({ value: person.id, text: { text: person.real_name } })),
});

function menu(part, blockId, context, optionGroups, initial) {
  const select = node("select", "", "field select");
  select.id = fieldId(blockId, part.action_id);
  select.setAttribute("aria-label", part.placeholder?.text ?? "Choose an option");
  select.append(new Option(part.placeholder?.text ?? "Choose an option", ""));
  for (const group of optionGroups) {
    const options = group.options.map((option) => {
      const made = new Option("", option.value);
      made.append(plain(option.text.text + (option.description ? ` · ${option.description.text}` : "")));
      return made;
    });
    if (!group.label) select.append(...options);
    else {
      const labelled = document.createElement("optgroup");
      labelled.label = group.label;
      labelled.append(...options);
      select.append(labelled);
    }
  }
  select.value = heldOr(context, blockId, part, initial);
  select.addEventListener("change", async () => {
    hold(context, blockId, part, select.value);
    if (context.isInput(blockId)) return;
    if (part.confirm && !(await confirmed(part.confirm, context))) select.value = initial ?? "";
    else await context.press(blockId, part, select.value);
    if (part.type === "overflow") select.value = "";
  });
  return select;
}

function choices(part, blockId, context, type, options, initial) {
  const group = node("div", "", "choices");
  group.setAttribute("role", type === "radio" ? "radiogroup" : "group");
  const chosen = heldOr(context, blockId, part, initial).split(",");
  options.forEach((option, index) => {
    const line = node("label", "", "choice");
    const input = document.createElement("input");
    input.type = type;
    input.name = fieldId(blockId, part.action_id);
    input.value = option.value;
    input.checked = chosen.includes(option.value);
    if (index === 0) input.id = fieldId(blockId, part.action_id);
    input.addEventListener("change", async () => {
      const value = [...group.querySelectorAll("input:checked")].map((one) => one.value).join(",");
      hold(context, blockId, part, value);
      if (!context.isInput(blockId)) await context.press(blockId, part, value);
    });
    const words = node("span");
    words.append(option.text.type ? textObject(option.text, context) : plain(option.text.text));
    if (option.description) words.append(wrap("small", textObject(option.description, context)));
    line.append(input, words);
    group.append(line);
  });
  return group;
}

/** Asks first; resolves to whether the person agreed. */
function confirmed(confirm, context) {
  return new Promise((resolve) => {
    const dialog = node("dialog", "", "dialog confirm");
    dialog.setAttribute("role", "alertdialog");
    const title = wrap("h2", plain(confirm.title.text));
    title.id = "confirm-title";
    dialog.setAttribute("aria-labelledby", title.id);
    const body = wrap("p", textObject(confirm.text, context));
    const row = node("div", "", "dialog-actions");
    const choose = (label, value, className) => {
      const button = node("button", "", `button ${className}`);
      button.type = "button";
      button.append(plain(label));
      button.addEventListener("click", () => dialog.close(value));
      return button;
    };
    const style = confirm.style === "danger" ? "danger solid" : "primary";
    row.append(choose(confirm.deny.text, "", "deny"), choose(confirm.confirm.text, "yes", `agree ${style}`));
    dialog.append(title, body, row);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
