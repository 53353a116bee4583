// Lets TypeScript accept imports of stylesheets; the bundler joins them into one file.

declare module "*.css";
