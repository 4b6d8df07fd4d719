// Sends pictures one after another, each with a bar of its own. Without this script the form sends them at once.
"use strict";
(() => {
  const form = document.querySelector("form.send");
  if (!form) return;
  const files = form.querySelector("input[type=file]");
  const drop = form.querySelector(".drop");
  const list = form.querySelector(".sending");
  const most = Number(form.dataset.most);
  const waiting = [];
  let busy = false;

  form.classList.add("scripted");

  const add = (chosen) => {
    for (const file of chosen) {
      const row = document.createElement("li");
      const name = document.createElement("span");
      const bar = document.createElement("progress");
      const said = document.createElement("span");
      name.className = "name";
      said.className = "said";
      name.textContent = file.name.slice(0, 100);
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", `Sending ${name.textContent}`);
      row.append(name, bar, said);
      list.append(row);
      const body = new FormData(form);
      body.delete("files");
      body.append("files", file);
      if (file.size > most) end(row, `larger than ${Math.floor(most / 2 ** 20)} MB; send a smaller one`);
      else if (file.size === 0) end(row, "empty (0 bytes); send the file itself");
      else waiting.push({ row, bar, body });
    }
    next();
  };

  const end = (row, wrong) => {
    row.querySelector("progress").remove();
    row.className = wrong ? "wrong" : "done";
    row.querySelector(".said").textContent = wrong ? `Not taken: ${wrong}.` : "Taken";
  };

  const next = () => {
    const one = waiting[0];
    if (busy || !one) return;
    busy = true;
    waiting.shift();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) one.bar.value = event.loaded / event.total;
    };
    request.onloadend = () => {
      let wrong = null;
      if (request.status !== 201) {
        try {
          wrong = JSON.parse(request.responseText).detail;
        } catch {
          wrong = "the connection broke; try it again";
        }
      }
      end(one.row, wrong);
      busy = false;
      htmx.trigger("#pictures", "uploaded");
      next();
    };
    request.send(one.body);
  };

  files.addEventListener("change", () => {
    add(files.files);
    files.value = "";
  });
  for (const kind of ["dragenter", "dragover"])
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  for (const kind of ["dragleave", "drop"])
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.remove("over");
    });
  drop.addEventListener("drop", (event) => add(event.dataTransfer.files));
})();
