// What the pages do beyond their duty, which they do without a script too: a draft while the tab is open, a list of the chosen
// files, the puzzle of a flooded desk, and a look for the number on the receipt.

const form = document.getElementById("report");
const draftKey = "todoke-draft";

if (form) {
  keepDraft(form);
  listFiles(form);
  if (Number(form.dataset.puzzle) > 0) solve(form);
}
if (document.getElementById("sent")) forget();
if (document.querySelector("#state[data-waiting]")) lookForNumber();

// keepDraft keeps what is typed in the tab's own storage, which ends with the tab, and puts it back into an empty form. What the
// server has put there goes first.
function keepDraft(form) {
  const fields = [...form.querySelectorAll("textarea, input[type=text], input[type=email]")].filter((f) => f.name !== "website" && f.name !== "pgp");
  if (fields.every((f) => f.value === "")) {
    const draft = load();
    for (const f of fields) if (typeof draft[f.name] === "string") f.value = draft[f.name];
  }
  form.addEventListener("input", () => {
    try {
      sessionStorage.setItem(draftKey, JSON.stringify(Object.fromEntries(fields.map((f) => [f.name, f.value]))));
    } catch {} // no storage, or too much for it: there is no draft
  });
}

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(draftKey)) ?? {};
  } catch {
    return {};
  }
}

function forget() {
  try {
    sessionStorage.removeItem(draftKey);
  } catch {} // no storage, no draft
}

// listFiles shows the chosen files with their sizes, and tells before sending when they are too large together.
function listFiles(form) {
  const input = document.getElementById("files");
  const list = document.getElementById("chosen");
  input.addEventListener("change", () => {
    list.replaceChildren();
    let total = 0;
    for (const file of input.files) {
      total += file.size;
      list.append(item(`${file.name} (${inWords(file.size)})`));
    }
    if (total > Number(form.dataset.max)) list.append(item(form.dataset.tooBig, "fault"));
  });
}

function item(text, className = "") {
  const li = document.createElement("li");
  li.textContent = text;
  li.className = className;
  return li;
}

function inWords(bytes) {
  if (bytes >= 1 << 20) return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
  return bytes >= 1 << 10 ? `${Math.round(bytes / 1024)} KiB` : `${bytes} B`;
}

// solve works off the puzzle beside the page and sends the form, unless its writer has begun to change it.
function solve(form) {
  const note = document.getElementById("working");
  note.hidden = false;
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
    note.hidden = true;
  });
  const worker = new Worker(form.dataset.worker, { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    form.elements.work.value = data;
    worker.terminate();
    if (!changed) form.requestSubmit(form.querySelector("button.button"));
  });
  worker.postMessage({ stamp: form.elements.stamp.value, zeros: Number(form.dataset.puzzle) });
}

// lookForNumber asks for the page again until the number is there, less and less often, and then no more.
async function lookForNumber() {
  for (let wait = 1000; wait < 60000; wait *= 1.5) {
    await new Promise((done) => setTimeout(done, wait));
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const state = page.getElementById("state");
      if (answer.ok && state && !("waiting" in state.dataset)) {
        document.getElementById("state").replaceChildren(...state.childNodes);
        return;
      }
    } catch {} // the connection may come back
  }
}
