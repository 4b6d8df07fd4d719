// The console's keys. Everything here is also done by its button; without this file the pages work all the same.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  const help = find("#help");
  const form = find("#decide");

  const typing = (element) =>
    element && (element.matches("textarea, select") || element.matches("input:not([type=radio], [type=checkbox], [type=range])"));

  const opened = () => document.querySelector("dialog[open]");

  // A form is sent once: a second click on the way would be told that it came too late.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    else if (event.target.method === "post") event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const one of document.querySelectorAll("form[data-sent]")) delete one.dataset.sent;
  });

  for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
  }

  // Of a group: how many of its cases are chosen, and all or none of them.
  const boxes = () => [...document.querySelectorAll("input[type=checkbox][name^='case.']")];
  const count = () => {
    const told = find("[data-chosen]");
    if (told) told.textContent = `${boxes().filter((box) => box.checked).length} of ${boxes().length}`;
  };
  document.addEventListener("change", count);
  find("[data-all]")?.addEventListener("click", () => {
    const all = boxes().every((box) => box.checked);
    for (const box of boxes()) box.checked = !all;
    count();
  });
  count();

  // Of the decision before: it can be taken back as long as this is shown.
  const after = find(".after");
  if (after) setTimeout(() => after.remove(), Number(after.dataset.left) * 1000);

  const pictures = () => [...document.querySelectorAll(".picture .canvas")];
  const go = (step) => {
    const all = pictures();
    const here = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "center" });
    }
  };
  const zoom = (canvas, event) => {
    if (!canvas) return;
    const near = canvas.classList.toggle("near");
    if (near && event) {
      const box = canvas.getBoundingClientRect();
      canvas.scrollLeft = (event.clientX - box.left) * 1.5;
      canvas.scrollTop = (event.clientY - box.top) * 1.5;
    }
  };
  document.addEventListener("click", (event) => {
    const canvas = event.target.closest?.(".picture .canvas");
    if (canvas) zoom(canvas, event);
  });

  // The brand's own picture, laid over the listing's from the left as far as the slider says.
  const lay = (slider) => {
    const part = document.querySelector(`#${CSS.escape(slider.dataset.part)} rect`);
    if (part) part.setAttribute("width", (part.dataset.across * slider.value) / 100);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-part]")) lay(event.target);
  });
  const layNext = () => {
    const slider = document.activeElement.closest(".picture")?.querySelector("[data-part]") || find("[data-part]");
    if (!slider) return false;
    slider.value = slider.value < 50 ? 50 : slider.value < 100 ? 100 : 0;
    slider.focus({ preventScroll: true });
    lay(slider);
    return true;
  };

  // Of the reasons those are left to choose from that can carry what it breaks.
  const reasons = form?.querySelector("select[name=reason]");
  const fit = () => {
    const policy = form.querySelector("input[name=policy]:checked")?.value;
    const all = [...reasons.options];
    const able = policy ? all.filter((one) => one.dataset.carries.split(" ").includes(policy)) : all;
    if (!able.length) return all; // The server says so.
    for (const one of all) one.disabled = !able.includes(one);
    if (!able.includes(reasons.selectedOptions[0])) able[0].selected = true;
    return able;
  };
  const nextReason = () => {
    const able = fit();
    if (!reasons.checkVisibility()) return false;
    able[(able.indexOf(reasons.selectedOptions[0]) + 1) % able.length].selected = true;
    return true;
  };
  if (reasons) {
    form.addEventListener("change", (event) => event.target.name === "policy" && fit());
    fit();
  }

  const digit = (key) => {
    const chosen = form?.querySelector("input[name=outcome]:checked")?.value;
    const field = { confirmed: "policy", not_infringing: "code" }[chosen];
    const choice = field && form.querySelector(`input[name=${field}][data-digit="${key}"]`);
    if (choice) choice.click();
    return Boolean(choice);
  };

  const act = (key) => {
    if (/^[1-9]$/.test(key)) return digit(key);
    if (key === "j" || key === "k") return go(key === "j" ? 1 : -1), true;
    if (key === "x") return zoom(document.activeElement.closest(".canvas") || pictures()[0]), true;
    if (key === "b") return document.body.classList.toggle("unboxed"), true;
    if (key === "v") return layNext();
    if (key === "w" && reasons) return nextReason();
    const target = find(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("input:not([type=radio])")) target.focus();
    else {
      target.click();
      // What these need is a word, so the next keys are written into the note.
      if (["u", "e"].includes(key) && target.matches("input")) find("#note").focus();
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || opened()) return;
    if (event.key === "Escape") return document.activeElement.blur();
    if (typing(document.activeElement)) return;
    if (event.key === "Enter") {
      if (form && !document.activeElement.matches("a, button, summary")) {
        event.preventDefault();
        form.requestSubmit(find("#send"));
      }
      return;
    }
    if (act(event.key)) event.preventDefault();
  });

  // While one reads, the next case's pictures are drawn and fetched.
  const ahead = find("[data-ahead]");
  if (ahead) {
    addEventListener("load", () => setTimeout(async () => {
      const answer = await fetch(ahead.dataset.ahead, { headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok) return;
      for (const address of (await answer.json()).pictures) new Image().src = address;
    }, 500));
  }

  // Whoever is there keeps the case.
  const beating = find("[data-heartbeat]");
  if (beating) {
    const timer = setInterval(async () => {
      const answer = await fetch(beating.dataset.heartbeat, { method: "POST", headers: { Accept: "application/json" } })
        .catch(() => null);
      if (answer && !answer.ok) {
        clearInterval(timer);
        const told = await answer.json().catch(() => ({}));
        const toast = document.createElement("div");
        toast.className = "toast warn";
        toast.textContent = `${told.detail || "you no longer have this case"}.`;
        find("#toasts").append(toast);
      }
    }, 60_000);
  }
})();
