// The page without network: photos are kept in the browser and sent by the next page that is online.
import { keep, newKey, waiting } from "./waiting.js";

const main = document.querySelector("main");
const note = document.getElementById("note");

function known() {
  try {
    return JSON.parse(localStorage.getItem("kontor-owner"));
  } catch {
    return null;
  }
}

async function count() {
  const owner = known();
  const number = owner ? (await waiting(owner.owner)).length : 0;
  note.textContent = number === 0 ? "" : number === 1 ? main.dataset.one : main.dataset.many.replace("{n}", number);
}

document.getElementById("begin").hidden = !known();
document.getElementById("photo").addEventListener("change", async (event) => {
  const owner = known();
  for (const file of event.target.files) {
    await keep({ ...owner, key: newKey(), document: "", replaces: "", source: "", name: file.name || "foto.jpg", blob: file });
  }
  event.target.value = "";
  await count();
});
document.getElementById("again").addEventListener("click", () => location.reload());
window.addEventListener("online", () => location.reload());
count();
