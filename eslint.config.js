import js from "@eslint/js";
import globals from "globals";

const strict = {
  ...js.configs.recommended.rules,
  curly: ["error", "multi-line"],
  eqeqeq: "error",
  "no-shadow": "error",
  "no-var": "error",
  "prefer-const": "error",
  // Names come from documents: they enter a page as text nodes, never as markup or code.
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-script-url": "error",
  "no-restricted-properties": [
    "error",
    ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
      property,
      message: "names from documents are text: use dom.js",
    })),
    { object: "document", property: "write", message: "names from documents are text: use dom.js" },
  ],
};

export default [
  { ignores: ["**/built/", "out/", "build/", "dist/", ".venv/"] },
  {
    files: ["kg/server/assets/**/*.js", "kg/server/editor/**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    rules: strict,
  },
  {
    // Classic scripts, one after another in one page: what one declares the next ones know.
    files: ["kg/view/assets/**/*.js", "kg/server/assets/explore.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "script", globals: globals.browser },
    rules: { ...strict, "no-shadow": "off", "no-undef": "off", "no-unused-vars": "off", "no-redeclare": "off" },
  },
  {
    files: ["scripts/**/*.mjs", "*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.node },
    rules: strict,
  },
];
