// Small helpers: elements are made of text alone, so that no words of others can become anything else.

export const $ = (id) => document.getElementById(id);

export function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "text") made.textContent = value;
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Sends JSON, or a form with files; what comes back is JSON. An error is one in words.
export async function post(address, sent = {}) {
  const form = sent instanceof FormData;
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body: form ? sent : JSON.stringify(sent),
      headers: form ? {} : { "content-type": "application/json" },
    });
  } catch {
    throw new Error("wordfuse does not answer. Is it still running? Start it again and reload this page.");
  }
  return read(answer);
}

export async function get(address) {
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    throw new Error("wordfuse does not answer. Is it still running?");
  }
  return read(answer);
}

async function read(answer) {
  let told = {};
  try {
    told = await answer.json();
  } catch {
    // no JSON: the status says enough
  }
  if (!answer.ok) throw new Error(told.error ?? `It went wrong (${answer.status}).`);
  return told;
}
