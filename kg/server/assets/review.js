/** What may be one thing: every node with a sentence that names it, and the lines that decide. */
import { get, pageOf, sourcePage } from "./api.js";
import { $, failure, isolated, keepDrawn, make, say } from "./dom.js";
import { moreButton } from "./names.js";

const PAGE = 50;
const AGAIN = 1500; // milliseconds until an unfinished list is asked for again
const MOST_MEMBERS = 12; // of one proposal that are shown at once

/** @typedef {{iri: string, id: string, label: string, class: string, sources: string[], source: string, start: number | null, quote: string}} Member */
/** @typedef {{key: string, reason: string, score: number, members: Member[], join: string, apart: string}} Proposal */

/** @type {Proposal[]} */
let proposals = [];
let total = 0;
let pending = true;

const list = make("div", { id: "list" });

/** @param {Member} member */
function node(member) {
  const page = pageOf(member.iri);
  return make("blockquote", { dir: "auto" },
    make("b", {}, page ? make("a", { href: page }, isolated(member.label)) : isolated(member.label)), " ",
    make("code", {}, isolated(member.id)),
    member.quote ? make("div", {}, make("q", {}, member.quote)) : null,
    make("div", { class: "where" }, make("a", { href: sourcePage(member.source) }, isolated(member.source)),
      member.sources.length > 1 ? ` +${member.sources.length - 1}` : ""));
}

/** @param {Proposal} proposal */
function card(proposal) {
  const shown = proposal.members.slice(0, MOST_MEMBERS);
  const rest = proposal.members.slice(MOST_MEMBERS);
  return make("article", { class: "fact" },
    make("span", { class: "type" }, say(proposal.reason)), " ", make("code", {}, proposal.key),
    ...shown.map(node),
    rest.length ? make("details", {}, make("summary", {}, say("more", { n: rest.length })), ...rest.map(node)) : null,
    make("details", {}, make("summary", {}, say("reviewLines")),
      make("pre", {}, `${proposal.join}\n${proposal.apart}`)));
}

function draw() {
  list.replaceChildren(
    make("p", { class: "count", "aria-live": "polite" },
      pending ? say("reviewPending") : total ? say("reviewCount", { n: total }) : say("noReview")),
    total ? make("p", {}, say("reviewHint")) : "",
    make("div", { class: "facts" }, ...proposals.map(card)),
    proposals.length < total ? moreButton(total - proposals.length, () => void load(proposals.length)) : "",
  );
}

async function load(offset = 0) {
  try {
    const page = await get("/api/review", { offset, limit: PAGE });
    proposals = offset ? [...proposals, ...page.proposals] : page.proposals;
    ({ total, pending } = page);
    draw();
    if (pending) setTimeout(() => void load(), AGAIN);
  } catch (error) {
    list.replaceChildren(failure(error));
  }
}

$("main").append(make("h1", { say: "reviewTitle" }), list);
keepDrawn(draw);
await load();
document.documentElement.dataset.ready = "true";
