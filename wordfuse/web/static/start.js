import { $, el, post } from "/static/dom.js";

let wanted = null; // the pair that is looked at

const tell = (text, bad = false) => {
  $("told").textContent = text;
  $("told").classList.toggle("error", bad);
};

// All of the pair is brought into sight; of a screen that is too small for it, the button to go on.
async function reveal() {
  await Promise.allSettled([$("preview-ir").decode(), $("preview-vi").decode()]);
  $("preview").scrollIntoView({ block: "nearest" });
  $("begin").scrollIntoView({ block: "nearest" });
}

async function look(pair) {
  tell("Reading the two pictures ...");
  try {
    const seen = await post("/api/look", { ...pair, align: $("align").checked });
    wanted = pair;
    show(seen);
    tell("");
    await reveal();
  } catch (error) {
    wanted = null;
    $("preview").hidden = true;
    $("align").checked = false;
    tell(error.message, true);
  }
}

function show(seen) {
  $("preview-ir").src = seen.thumbnails[0];
  $("preview-vi").src = seen.thumbnails[1];
  const size = (one) => (seen.film ? `${one.name}, its first frame` : `${one.name}, ${one.width} × ${one.height}, ${one.bits} bits`);
  $("name-ir").textContent = `infrared: ${size(seen.infrared)}`;
  $("name-vi").textContent = `visible: ${size(seen.visible)}`;
  const facts = [`The result will have ${seen.width} × ${seen.height} pixels, ${seen.gray ? "gray" : "in colour"}.`];
  if (seen.film?.frames) facts.push(`A film of ${seen.film.frames} frames, ${(seen.film.frames / seen.film.fps).toFixed(1)} seconds.`);
  if (seen.film && !seen.film.timed) facts.push(`A folder of pictures tells no times: ${seen.film.fps} frames a second are taken.`);
  if (seen.palette) facts.push(`The infrared picture is in the colours of ${seen.palette}, and was turned back to gray.`);
  if (seen.resampled) facts.push("The infrared picture is brought to the size of the visible one.");
  $("facts").replaceChildren(
    ...facts.map((text) => el("li", { text })),
    ...seen.warnings.map((text) => el("li", { text, class: "warning" })),
  );
  const first = $("preview").hidden;
  $("preview").hidden = false;
  if (first) $("preview-name").focus({ preventScroll: true });
}

$("upload").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData($("upload"));
  if (!form.get("vi")?.size) form.delete("vi");
  tell("Sending the files ...");
  try {
    $("align").checked = false;
    await look({ upload: (await post("/api/uploads", form)).upload });
  } catch (error) {
    tell(error.message, true);
  }
});

const drop = $("drop");
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const files = [...event.dataTransfer.files].slice(0, 2);
  if (!files.length) return;
  // Which is which is told by their names, else the first is infrared.
  const infrared = files.findIndex((file) => /(^|[^a-z])(ir|infrared|thermal|lwir)([^a-z]|$)/i.test(file.name));
  if (infrared === 1) files.reverse();
  for (const [name, file] of [["ir", files[0]], ["vi", files[1]]]) {
    const list = new DataTransfer();
    if (file) list.items.add(file);
    $("upload").elements[name].files = list.files;
  }
  tell(files.length === 2 ? `Infrared: ${files[0].name}; visible: ${files[1].name}.` : `Infrared: ${files[0].name}.`);
});

$("folder")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = $("folder").elements.pair.selectedOptions[0];
  $("align").checked = false;
  look({ ir: chosen.dataset.ir, vi: chosen.dataset.vi });
});
$("folder")?.querySelector("[data-two]")?.addEventListener("click", () => {
  const { ir, vi } = $("folder").elements;
  $("align").checked = false;
  look({ ir: ir.value, vi: vi.value });
});

$("example").addEventListener("submit", (event) => {
  event.preventDefault();
  $("align").checked = false;
  look({ example: true });
});

$("align").addEventListener("change", () => wanted && look(wanted));

$("begin").addEventListener("click", async () => {
  if (!wanted) return;
  $("begin").disabled = true;
  tell("Opening ... the first time the language model is fetched, which can take a minute.");
  try {
    const { run } = await post("/api/runs", { ...wanted, align: $("align").checked });
    location.href = `/runs/${encodeURIComponent(run)}`;
  } catch (error) {
    tell(error.message, true);
    $("begin").disabled = false;
  }
});
