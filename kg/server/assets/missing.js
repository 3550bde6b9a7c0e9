/** The page for what is not there. */
import { $, isolated, make } from "./dom.js";

$("main").append(
  make("h1", { say: "noPage" }),
  make("p", {}, isolated(decodeURI(location.pathname))),
  make("p", {}, make("a", { href: "/", say: "search" })),
);
document.documentElement.dataset.ready = "true";
