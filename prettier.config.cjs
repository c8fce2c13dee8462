/** @type {import('prettier').Config} */
module.exports = {
    // Found through NODE_PATH or beside this file, wherever prettier itself is.
    plugins: [require.resolve("@prettier/plugin-xml")],
    bracketSpacing: false,
    printWidth: 88,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "preserve",
};
