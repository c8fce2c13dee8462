// The rules of OCA's addons template for Odoo 18 and later, without those that eslint
// has given up or that prettier decides. Plugins are found through NODE_PATH or beside
// this file. What the template only warns of fails here, too (--max-warnings 0).
const globals = require("globals");
const jsdoc = require("eslint-plugin-jsdoc");
const js = require("@eslint/js");

const STRICTER = [
    "accessor-pairs",
    "array-callback-return",
    "dot-notation",
    "eqeqeq",
    "init-declarations",
    "max-depth",
    "max-nested-callbacks",
    "no-alert",
    "no-array-constructor",
    "no-caller",
    "no-div-regex",
    "no-duplicate-imports",
    "no-else-return",
    "no-empty-function",
    "no-eq-null",
    "no-eval",
    "no-extend-native",
    "no-extra-bind",
    "no-extra-label",
    "no-implicit-coercion",
    "no-implied-eval",
    "no-inline-comments",
    "no-inner-declarations",
    "no-iterator",
    "no-label-var",
    "no-labels",
    "no-lone-blocks",
    "no-lonely-if",
    "no-multi-str",
    "no-negated-condition",
    "no-new",
    "no-new-func",
    "no-new-wrappers",
    "no-octal-escape",
    "no-param-reassign",
    "no-proto",
    "no-return-assign",
    "no-script-url",
    "no-self-compare",
    "no-sequences",
    "no-shadow",
    "no-throw-literal",
    "no-undef-init",
    "no-unmodified-loop-condition",
    "no-unneeded-ternary",
    "no-unused-expressions",
    "no-use-before-define",
    "no-useless-call",
    "no-useless-computed-key",
    "no-useless-concat",
    "no-useless-constructor",
    "no-useless-rename",
    "no-void",
    "operator-assignment",
    "prefer-const",
    "radix",
    "yoda",
];

module.exports = [
    js.configs.recommended,
    {
        plugins: {jsdoc},
        languageOptions: {
            ecmaVersion: 2024,
            // Odoo's bundler makes a module of each file that imports or exports.
            sourceType: "module",
            globals: {...globals.browser, luxon: "readonly", odoo: "readonly"},
        },
        settings: {
            jsdoc: {
                preferredTypes: {
                    boolean: "Boolean",
                    number: "Number",
                    string: "String",
                },
            },
        },
        rules: {
            ...Object.fromEntries(STRICTER.map((name) => [name, "error"])),
            "capitalized-comments": [
                "error",
                "always",
                {ignoreConsecutiveComments: true, ignoreInlineComments: true},
            ],
            complexity: ["error", 15],
            "sort-imports": ["error", {ignoreDeclarationSort: true}],
            "spaced-comment": ["error", "always"],
            "jsdoc/check-tag-names": "error",
            "jsdoc/check-types": "error",
        },
    },
    {
        files: ["**/*.cjs"],
        languageOptions: {sourceType: "commonjs", globals: globals.node},
    },
];
