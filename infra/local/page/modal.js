// The modal in front of the person.

import { fieldId, renderBlocks } from "./blocks.js";
import { node } from "./mrkdwn.js";
import { $, act, blockContext, page } from "./workspace.js";

export function showModal() {
  const modal = page.state.modal;
  const key = modal && JSON.stringify([modal.id, modal.hash, modal.errors]);
  const shown = document.querySelector("dialog.modal");
  if (shown?.dataset.key === key) return;
  const focused = shown?.contains(document.activeElement) ? document.activeElement.id : "";
  shown?.remove();
  if (!modal) {
    page.held.clear();
    if (shown) $("text").focus();
    return;
  }
  drawModal(modal, key, focused);
}

function drawModal(modal, key, focused) {
  const dialog = node("dialog", "", "dialog modal");
  dialog.dataset.key = key;
  const form = document.createElement("form");
  form.noValidate = true;
  const head = node("header", "", "modal-head");
  const title = node("h2", modal.body.title.text);
  title.id = "modal-title";
  dialog.setAttribute("aria-labelledby", title.id);
  const close = node("button", "", "close");
  close.type = "button";
  close.setAttribute("aria-label", "Close");
  head.append(title, close);
  const content = node("div", "", "modal-body");
  const context = {
    ...blockContext(modal.body.blocks, (blockId, element, choice) =>
      act({ act: "press_in_view", view_id: modal.id, block_id: blockId, action_id: element.action_id, choice, filled: filled(modal) }),
    ),
    errors: modal.errors,
    held: heldIn(modal),
  };
  content.append(...renderBlocks(modal.body.blocks, context));
  const foot = node("footer", "", "dialog-actions");
  const cancel = node("button", modal.body.close?.text ?? (modal.body.submit ? "Cancel" : "Close"), "button deny");
  cancel.type = "button";
  foot.append(cancel);
  if (modal.body.submit) {
    const submit = node("button", modal.body.submit.text, "button primary");
    submit.type = "submit";
    foot.append(submit);
  }
  const dismiss = () => act({ act: "dismiss", view_id: modal.id });
  close.addEventListener("click", dismiss);
  cancel.addEventListener("click", dismiss);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    dismiss();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (dialog.getAttribute("aria-busy") === "true") return;
    dialog.setAttribute("aria-busy", "true");
    await act({ act: "submit", view_id: modal.id, filled: filled(modal) });
    dialog.removeAttribute("aria-busy");
  });
  form.append(head, content, foot);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  const wrong = Object.keys(modal.errors).length ? dialog.querySelector("[aria-invalid]") : null;
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector(".modal-body :is(input, textarea, select)");
  (wrong || (focused && $(focused)) || first || close).focus();
}

/** What the person filled in so far; a view covered by another keeps it, an updated one starts anew. */
function heldIn(modal) {
  const key = modal.id + modal.hash;
  if (!page.held.has(key)) page.held.set(key, new Map());
  return page.held.get(key);
}

/** What the person typed or chose, as (block, action, value). */
function filled(modal) {
  const values = [];
  for (const block of modal.body.blocks) {
    const parts = block.type === "input" ? [block.element] : (block.elements ?? [block.accessory]);
    for (const part of parts) {
      const value = part?.action_id && heldIn(modal).get(fieldId(block.block_id, part.action_id));
      if (value !== undefined && part.action_id) values.push([block.block_id, part.action_id, value]);
    }
  }
  return values;
}
