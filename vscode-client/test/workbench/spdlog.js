// The part of @vscode/spdlog that the workbench uses, without its native half, which is built when it is installed:
// without it every output channel would stay empty.
const fs = require("node:fs");
const path = require("node:path");

exports.version = 0;
exports.setLevel = exports.setFlushOn = () => {};

class Logger {
  constructor(file) {
    this.file = file;
    this.bare = false;
  }

  write(level, text) {
    const line = this.bare ? text : `${new Date().toISOString().replace(/[TZ]/g, " ")}[${level}] ${text}\n`;
    fs.appendFileSync(this.file, line);
  }

  clearFormatters() {
    this.bare = true;
  }

  getLevel() {
    return 0;
  }

  setLevel() {}
  setPattern() {}
  flush() {}
  drop() {}
}

for (const level of ["trace", "debug", "info", "warn", "error", "critical"]) {
  Logger.prototype[level] = function (text) {
    this.write(level, text);
  };
}

exports.Logger = Logger;
exports.createRotatingLogger = exports.createAsyncRotatingLogger = async (_name, file) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger(file);
};
