// Suggestions while typing, the login link, and the reader switch. Every page works without this file.
"use strict";

function offerSuggestions(input) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const address = { topic: "/portal/topics/", person: "/portal/people/" };
  let timer = 0;
  let asking = null;
  let chosen = -1;

  function close() {
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(position) {
    const options = [...list.children];
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = (position + options.length + 1) % (options.length + 1);
    if (chosen === options.length) {
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      return;
    }
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function open(option) {
    const prefix = address[option.dataset.kind];
    if (prefix) {
      location.assign(prefix + encodeURIComponent(option.dataset.id));
    } else {
      location.assign("/portal/documents/" + encodeURIComponent(option.dataset.id));
    }
  }

  function show(suggestions) {
    close();
    suggestions.forEach((suggestion, position) => {
      const option = document.createElement("li");
      option.id = "suggestion-" + position;
      option.role = "option";
      option.setAttribute("aria-selected", "false");
      option.dataset.kind = suggestion.kind;
      option.dataset.id = suggestion.id;
      const kind = document.createElement("span");
      kind.className = "kind";
      kind.textContent = suggestion.kind;
      option.append(suggestion.name, kind);
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => open(option));
      list.append(option);
    });
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  async function ask() {
    asking?.abort();
    const text = input.value.trim();
    if (!text) {
      close();
      return;
    }
    asking = new AbortController();
    try {
      const response = await fetch(input.dataset.suggest + "?q=" + encodeURIComponent(text), { signal: asking.signal });
      show(response.ok ? (await response.json()).suggestions : []);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      asking?.abort();
      if (chosen >= 0) {
        event.preventDefault();
        open(list.children[chosen]);
      }
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
  });
  input.addEventListener("blur", close);
}

document.querySelectorAll("[data-suggest]").forEach(offerSuggestions);

document.querySelectorAll("[data-submit-on-change]").forEach((select) => {
  select.form.querySelector("[data-without-script]").hidden = true;
  select.addEventListener("change", () => select.form.requestSubmit());
});

// The token comes in the fragment, which browsers send to nobody, and leaves the address bar at once.
document.querySelectorAll("[data-login]").forEach((form) => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    history.replaceState(null, "", location.pathname);
    form.elements.namedItem("token").value = token;
    form.requestSubmit();
  }
});

// "/" puts the cursor into the search field, as people expect of a place to search.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q");
  const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
  if (field && event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});
